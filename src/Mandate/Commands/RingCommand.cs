using System.CommandLine;
using System.Globalization;
using Mandate.Configuration;
using Mandate.Identity.Keys;

namespace Mandate.Commands;

/// <summary>The commands <c>list</c>, <c>rotate</c> and <c>retire</c> for one kind of key ring.</summary>
internal static class RingCommand
{
    public static Command Create(
        string name, string description, Rotation rotation, string retireDescription, NamedSetting place, Func<MandateOptions, bool, CancellationToken, Task<Ring>> open)
    {
        var command = new Command(name, description);
        command.Subcommands.Add(List(place, open));
        command.Subcommands.Add(Rotate(rotation, place, open));
        command.Subcommands.Add(Retire(retireDescription, place, open));
        return command;
    }

    private static Command List(NamedSetting place, Func<MandateOptions, bool, CancellationToken, Task<Ring>> open)
    {
        var command = new Command("list", "List the keys, oldest first: id, when it was made, and what it does.");
        var settings = Settings(command, place);
        command.SetAction((result, cancellation) => StartFailure.GuardAsync(async () =>
        {
            using var ring = await open(SettingsLoader.Load(settings.Sources(result)).Options, false, cancellation);
            foreach (var key in ring.List())
                await Console.Out.WriteLineAsync(ring.Describe(key));
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Rotate(Rotation rotation, NamedSetting place, Func<MandateOptions, bool, CancellationToken, Task<Ring>> open)
    {
        var command = new Command("rotate", rotation.Description);
        var settings = Settings(command, place);
        var first = new Option<TimeSpan>(rotation.Option) { Description = rotation.OptionDescription, DefaultValueFactory = _ => rotation.Default, HelpName = "hh:mm:ss" };
        first.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<TimeSpan>() < TimeSpan.Zero)
                result.AddError($"{rotation.Option} must not be negative.");
        });
        command.Options.Add(first);
        command.SetAction((result, cancellation) => StartFailure.GuardAsync(async () =>
        {
            using var ring = await open(SettingsLoader.Load(settings.Sources(result)).Options, true, cancellation);
            var id = await ring.Rotate(result.GetValue(first), cancellation);
            await Console.Out.WriteLineAsync(ring.Describe(ring.List().Single(k => k.Id == id)));
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Retire(string description, NamedSetting place, Func<MandateOptions, bool, CancellationToken, Task<Ring>> open)
    {
        var command = new Command("retire", description);
        var id = new Argument<string>("key-id") { Description = "Id of the key, as listed." };
        var confirmed = new Option<bool>("--confirm") { Description = "Required: says that nothing needs the key any more." };
        command.Arguments.Add(id);
        command.Options.Add(confirmed);
        var settings = Settings(command, place);
        command.SetAction((result, cancellation) => StartFailure.GuardAsync(async () =>
        {
            if (!result.GetValue(confirmed))
                throw new ConfigurationException($"{description} Add --confirm when nothing needs the key any more.");
            using var ring = await open(SettingsLoader.Load(settings.Sources(result)).Options, false, cancellation);
            try
            {
                await ring.Remove(result.GetRequiredValue(id), cancellation);
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

    private static SettingOptions Settings(Command command, NamedSetting place) =>
        new SettingOptions().With(place.Option, place.Key, place.Description, place.HelpName).AddTo(command);

    /// <summary>How keys of this kind are rotated.</summary>
    internal sealed record Rotation(string Description, string Option, string OptionDescription, TimeSpan Default);

    /// <summary>The setting that says where the ring is.</summary>
    internal sealed record NamedSetting(string Option, string Key, string Description, string HelpName);

    /// <summary>An open ring.</summary>
    internal sealed record Ring(
        IDisposable Opened,
        Func<IReadOnlyList<RingKeyInfo>> List,
        Func<TimeSpan, CancellationToken, Task<string>> Rotate,
        Func<string, CancellationToken, Task> Remove,
        string Current,
        string Former) : IDisposable
    {
        public string Describe(RingKeyInfo key)
        {
            var state = key.IsCurrent ? Current
                : key.From > TimeProvider.System.GetUtcNow() ? string.Create(CultureInfo.InvariantCulture, $"{Current} from {key.From:u}")
                : Former;
            return string.Create(CultureInfo.InvariantCulture, $"{key.Id}  created {key.Created:u}  {state}");
        }

        public void Dispose() => Opened.Dispose();
    }
}
