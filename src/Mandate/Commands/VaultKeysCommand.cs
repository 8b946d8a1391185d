using System.CommandLine;
using System.Globalization;
using Mandate.Configuration;
using Mandate.Credentials.Vault;
using Mandate.Credentials.Vault.Keys;
using Mandate.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Commands;

/// <summary><c>mandate vault-keys</c>: looks after the keys of the vault of API tokens.</summary>
internal static class VaultKeysCommand
{
    private const string Retiring = "Remove a key under which nothing in the vault is wrapped any more. Backups of the vault from the time when it was cannot be opened without it.";

    public static Command Create()
    {
        var command = new Command("vault-keys", "List, rotate and retire the keys of the vault of API tokens. Running services follow by themselves.");
        command.Subcommands.Add(Sub("list", "List the keys that wrap the vault's, oldest first, and what each holds.", (options, _, cancellation) => ListAsync(options, cancellation)));
        command.Subcommands.Add(NewFile());
        command.Subcommands.Add(Sub(
            "add",
            "Add a key that wraps nothing yet. Where several machines have a copy of the key file, copy it to each of them next, and then rewrap.",
            (options, _, cancellation) => AddAsync(options, cancellation)));
        command.Subcommands.Add(Sub(
            "rotate",
            "Add a key, wrap the vault's keys under it, and seal every secret under a new data key. Where the keys are in a secret store (Mandate:ApiTokens:KeyStore), add the key there first.",
            (options, _, cancellation) => RotateAsync(options, cancellation)));
        command.Subcommands.Add(Sub(
            "rewrap",
            "Bring everything in the vault under the newest key: after add, after a key was added in a secret store, and to finish a rotation that was interrupted.",
            (options, _, cancellation) => RewrapAsync(options, cancellation)));
        var id = new Argument<string>("key-id") { Description = "Id of the key, as listed." };
        var confirmed = new Option<bool>("--confirm") { Description = "Required: says that no such backup is needed any more." };
        var retire = Sub("retire", Retiring, (options, result, cancellation) => RetireAsync(options, result.GetRequiredValue(id), result.GetValue(confirmed), cancellation));
        retire.Arguments.Add(id);
        retire.Options.Add(confirmed);
        command.Subcommands.Add(retire);
        return command;
    }

    private static Command NewFile()
    {
        var command = new Command("create", "Make a key file with a first key: for a vault in PostgreSQL, or to be put into a secret store. A vault that is a file makes its own.");
        var file = new Argument<string>("file") { Description = "The file; it must not be there yet." };
        command.Arguments.Add(file);
        command.SetAction((result, cancellation) => StartFailure.GuardAsync(async () =>
        {
            var path = result.GetRequiredValue(file);
            if (File.Exists(path))
                throw new ConfigurationException($"'{path}' is there already. Name another file: its keys may be needed.");
            try
            {
                await WriteAsync(await KeyRing.OpenAsync(path, createWhenMissing: true, cancellation: cancellation), []);
            }
            catch (KeyRingException e)
            {
                throw new ConfigurationException(e.Message);
            }

            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Sub(string name, string description, Func<MandateOptions, ParseResult, CancellationToken, Task<int>> act)
    {
        var command = new Command(name, description);
        var settings = new SettingOptions().With("--data-directory", "DataDirectory", "Where the vault and its keys are. Default: data", "directory").AddTo(command);
        command.SetAction((result, cancellation) => StartFailure.GuardAsync(async () =>
        {
            try
            {
                return await act(SettingsLoader.Load(settings.Sources(result)).Options, result, cancellation);
            }
            catch (Exception e) when (e is KeyRingException or CredentialException or FormatException)
            {
                throw new ConfigurationException(TokenVault.Explain(e));
            }
        }));
        return command;
    }

    private static async Task<int> ListAsync(MandateOptions options, CancellationToken cancellation)
    {
        if (!IsThere(options))
        {
            await WriteAsync(await TokenVault.OpenKeysAsync(options, createWhenMissing: false, NullLoggerFactory.Instance, cancellation), []);
            return ExitCode.Ok;
        }

        await using var vault = await OpenAsync(options, cancellation);
        await WriteAsync(vault.Keys, await vault.Vault.Keys.UsesAsync(cancellation));
        return ExitCode.Ok;
    }

    private static async Task<int> AddAsync(MandateOptions options, CancellationToken cancellation)
    {
        await using var vault = await OpenAsync(options, cancellation);
        if (!vault.Keys.IsFile)
            throw new ConfigurationException($"The keys are in {KeyStoreOf(options)}: add the key there, as the last one of the list, and run: mandate vault-keys rewrap");
        await vault.Vault.Keys.AddKeyAsync(vault.Keys, Environment.UserName, cancellation);
        await WriteAsync(vault.Keys, await vault.Vault.Keys.UsesAsync(cancellation));
        return ExitCode.Ok;
    }

    private static async Task<int> RotateAsync(MandateOptions options, CancellationToken cancellation)
    {
        await using var vault = await OpenAsync(options, cancellation);
        if (vault.Keys.IsFile)
            await vault.Vault.Keys.AddKeyAsync(vault.Keys, Environment.UserName, cancellation);
        return await RenewAsync(vault, vault.Vault.Keys.RotateAsync, cancellation);
    }

    private static async Task<int> RewrapAsync(MandateOptions options, CancellationToken cancellation)
    {
        await using var vault = await OpenAsync(options, cancellation);
        return await RenewAsync(vault, vault.Vault.Keys.RewrapAsync, cancellation);
    }

    private static async Task<int> RenewAsync(TokenVault vault, Func<string, CancellationToken, Task<KeyRewrap>> act, CancellationToken cancellation)
    {
        // Said before: where this is interrupted, the user knows what to finish.
        await Console.Out.WriteLineAsync($"{vault.Keys.CurrentKeyId}  takes over; if this is interrupted, finish it by: mandate vault-keys rewrap");
        var done = await act(Environment.UserName, cancellation);
        await WriteAsync(vault.Keys, await vault.Vault.Keys.UsesAsync(cancellation));
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{done.VaultKeys} vault keys wrapped anew, {done.Secrets} secrets sealed anew"));
        if (done.Unreadable == 0)
            return ExitCode.Ok;
        await Console.Error.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"mandate: {done.Unreadable} secrets cannot be opened, because they were changed in the vault's store. They stay as they are until they are set anew; find out who did it."));
        return ExitCode.Failed;
    }

    private static async Task<int> RetireAsync(MandateOptions options, string keyId, bool isConfirmed, CancellationToken cancellation)
    {
        if (!isConfirmed)
            throw new ConfigurationException($"{Retiring} Add --confirm when no such backup is needed any more.");
        await using var vault = await OpenAsync(options, cancellation);
        await vault.Vault.Keys.RetireAsync(vault.Keys, keyId, Environment.UserName, cancellation);
        await Console.Out.WriteLineAsync($"{keyId}  retired{(vault.Keys.IsFile ? "" : $": nothing is wrapped under it any more, so remove it from {KeyStoreOf(options)} now")}");
        return ExitCode.Ok;
    }

    private static bool IsThere(MandateOptions options) => (options.ApiTokens.Postgres ?? options.ApiTokens.PostgresFile) is not null || File.Exists(TokenVault.FileOf(options));

    /// <summary>Opens the vault; one that is not there yet is not made, as it would be in a place nobody meant.</summary>
    private static async Task<TokenVault> OpenAsync(MandateOptions options, CancellationToken cancellation) => IsThere(options)
        ? await TokenVault.OpenAsync(options, NullLoggerFactory.Instance, cancellation)
        : throw new ConfigurationException($"There is no vault at '{TokenVault.FileOf(options)}'. Name the service's data directory (--data-directory), or start the service once.");

    private static string KeyStoreOf(MandateOptions options) => $"the secret '{options.ApiTokens.KeyStore!.SecretName}' of the secret store (Mandate:ApiTokens:KeyStore)";

    private static async Task WriteAsync(KeyRing keys, IReadOnlyList<KeyUse> uses)
    {
        foreach (var id in keys.KeyIds)
        {
            var use = uses.FirstOrDefault(u => u.KeyId == id) ?? new(id, 0, 0);
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{id}  {(id == keys.CurrentKeyId ? "wraps" : "unwraps only")}  {use.VaultKeys} vault keys, {use.Secrets} secrets"));
        }
    }
}
