using System.CommandLine;
using Mandate.Configuration;
using Mandate.Credentials.Vault.Keys;
using Mandate.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Commands;

/// <summary><c>mandate vault-keys</c>: looks after the keys of the vault of API tokens.</summary>
internal static class VaultKeysCommand
{
    public static Command Create()
    {
        var command = new Command("vault-keys", "List and rotate the keys of the vault of API tokens. Running services follow by themselves.");
        command.Subcommands.Add(Sub("list", "List the keys that wrap the vault's, oldest first.", ListAsync));
        command.Subcommands.Add(Sub(
            "rotate",
            "Add a key, wrap the vault's keys under it, and seal every secret under a new data key. Where the keys are in a secret store (Mandate:ApiTokens:KeyStore), add the key there first.",
            RotateAsync));
        return command;
    }

    private static Command Sub(string name, string description, Func<MandateOptions, CancellationToken, Task> act)
    {
        var command = new Command(name, description);
        var settings = new SettingOptions().With("--data-directory", "DataDirectory", "Where the vault and its keys are. Default: data", "directory").AddTo(command);
        command.SetAction((result, cancellation) => StartFailure.GuardAsync(async () =>
        {
            try
            {
                await act(SettingsLoader.Load(settings.Sources(result)).Options, cancellation);
            }
            catch (Exception e) when (e is KeyRingException or FormatException)
            {
                throw new ConfigurationException(e.Message);
            }

            return ExitCode.Ok;
        }));
        return command;
    }

    private static async Task ListAsync(MandateOptions options, CancellationToken cancellation) =>
        await WriteAsync(await TokenVault.OpenKeysAsync(options, createWhenMissing: false, NullLoggerFactory.Instance, cancellation));

    private static async Task RotateAsync(MandateOptions options, CancellationToken cancellation)
    {
        var isFile = (options.ApiTokens.Postgres ?? options.ApiTokens.PostgresFile) is null;
        if (isFile && !File.Exists(TokenVault.FileOf(options)))
            throw new ConfigurationException($"There is no vault at '{TokenVault.FileOf(options)}'. Name the service's data directory (--data-directory), or start the service once.");
        await using var vault = await TokenVault.OpenAsync(options, NullLoggerFactory.Instance, cancellation);
        if (options.ApiTokens.KeyStore is null)
            await vault.Keys.AddKeyAsync(cancellation: cancellation);
        var count = await vault.Vault.RotateKeysAsync(cancellation);
        await WriteAsync(vault.Keys);
        await Console.Out.WriteLineAsync($"{count} secrets sealed anew");
    }

    private static async Task WriteAsync(KeyRing keys)
    {
        foreach (var id in keys.KeyIds)
            await Console.Out.WriteLineAsync($"{id}  {(id == keys.CurrentKeyId ? "wraps" : "unwraps only")}");
    }
}
