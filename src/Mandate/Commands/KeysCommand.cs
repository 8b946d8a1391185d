using System.CommandLine;
using System.Globalization;
using Mandate.Configuration;
using Mandate.Hosting;
using Mandate.Identity.Keys;

namespace Mandate.Commands;

/// <summary><c>mandate keys</c>: looks after the keys that sign principals. A running service follows within a second.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var command = new Command("keys", "List, rotate and retire the keys that sign for whom runs act. A running service follows within a second.");
        command.Subcommands.Add(List());
        command.Subcommands.Add(Rotate());
        command.Subcommands.Add(Retire());
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "List the keys, oldest first: id, when it was made, and whether it signs.");
        var settings = Settings(command);
        command.SetAction((result, cancellation) => StartFailure.GuardAsync(async () =>
        {
            using var ring = await OpenAsync(settings.Sources(result), cancellation);
            foreach (var key in ring.List())
                await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{key.Id}  created {key.Created:u}  {State(key)}"));
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Rotate()
    {
        var command = new Command("rotate", "Add a key. It is published at once and signs after the time given; what older keys signed stays good.");
        var settings = Settings(command);
        var publishFirst = new Option<TimeSpan>("--publish-first")
        {
            Description = "How long the new key is published before it signs, so that every cache has it by then. 00:00:00 signs with it at once: use that when a key was stolen.",
            DefaultValueFactory = _ => SigningKeyRing.PublicationLifetime * 2,
            HelpName = "hh:mm:ss",
        };
        publishFirst.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<TimeSpan>() < TimeSpan.Zero)
                result.AddError("--publish-first must not be negative.");
        });
        command.Options.Add(publishFirst);
        command.SetAction((result, cancellation) => StartFailure.GuardAsync(async () =>
        {
            using var ring = await OpenAsync(settings.Sources(result), cancellation);
            var id = await ring.RotateAsync(result.GetValue(publishFirst), cancellation);
            var key = ring.List().Single(k => k.Id == id);
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{key.Id}  created {key.Created:u}  {State(key)}"));
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Retire()
    {
        var command = new Command("retire", "Remove a key that no longer signs. Runs it signed that are still open are blocked from then on, so retire it when they have ended.");
        var id = new Argument<string>("key-id") { Description = "Id of the key, as listed." };
        var confirmed = new Option<bool>("--confirm") { Description = "Required: says that the runs it signed have ended, or shall be blocked." };
        command.Arguments.Add(id);
        command.Options.Add(confirmed);
        var settings = Settings(command);
        command.SetAction((result, cancellation) => StartFailure.GuardAsync(async () =>
        {
            if (!result.GetValue(confirmed))
                throw new ConfigurationException("Runs signed with the key that are still open cannot go on without it. Add --confirm when they have ended, or shall not go on.");
            using var ring = await OpenAsync(settings.Sources(result), cancellation);
            try
            {
                await ring.RemoveAsync(result.GetRequiredValue(id), cancellation);
            }
            catch (ArgumentException e)
            {
                throw new ConfigurationException(e.Message);
            }

            await Console.Out.WriteLineAsync($"{result.GetRequiredValue(id)}  retired");
            return ExitCode.Ok;
        }));
        return command;
    }

    private static SettingOptions Settings(Command command) => new SettingOptions()
        .With("--data-directory", "DataDirectory", "Where the keys are. Default: data", "directory")
        .AddTo(command);

    private static async Task<SigningKeyRing> OpenAsync(SettingSources sources, CancellationToken cancellation)
    {
        var (options, _) = SettingsLoader.Load(sources);
        return await SigningKeyRing.OpenAsync(ServiceIdentity.KeyFile(options), createWhenMissing: false, cancellation: cancellation);
    }

    private static string State(RingKeyInfo key) => key.IsCurrent ? "signs"
        : key.From > TimeProvider.System.GetUtcNow() ? string.Create(CultureInfo.InvariantCulture, $"published, signs from {key.From:u}")
        : "verifies only";
}
