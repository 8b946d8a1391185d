using System.CommandLine;
using System.CommandLine.Parsing;
using Mandate.Configuration;

namespace Mandate.Commands;

/// <summary>Settings on the command line, the same for every command that takes settings.</summary>
internal sealed class SettingOptions
{
    private readonly Option<string?> _file = new("--config", "-c") { Description = "Settings file (JSON) to read after appsettings.json.", HelpName = "file" };
    private readonly Option<string[]> _set = new("--set") { Description = "Any setting by its name, such as Rest:Address=http://127.0.0.1:9000. May be repeated.", HelpName = "name=value" };
    private readonly List<(Option<string?> Option, string Key)> _named = [];

    /// <summary>An option that is a setting of its own.</summary>
    public SettingOptions With(string name, string key, string description, string helpName)
    {
        _named.Add((new Option<string?>(name) { Description = description, HelpName = helpName }, key));
        return this;
    }

    /// <summary>Adds the options to a command.</summary>
    public SettingOptions AddTo(Command command)
    {
        command.Options.Add(_file);
        foreach (var (option, _) in _named)
            command.Options.Add(option);
        _set.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(t => t.Type == TokenType.Argument && t.Value.IndexOf('=') <= 0))
                result.AddError($"--set wants name=value, such as Rest:Address=http://127.0.0.1:9000, not '{token.Value}'.");
        });
        command.Options.Add(_set);
        return this;
    }

    /// <summary>Where the settings of this invocation come from.</summary>
    public SettingSources Sources(ParseResult result)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (option, key) in _named)
        {
            if (result.GetValue(option) is { } value)
                settings[$"{MandateOptions.Section}:{key}"] = value;
        }

        foreach (var pair in result.GetValue(_set) ?? [])
        {
            var parts = pair.Split('=', 2);
            var key = parts[0].Replace("__", ":", StringComparison.Ordinal);
            settings[IsWhole(key) ? key : $"{MandateOptions.Section}:{key}"] = parts[1];
        }

        return SettingSources.OfProcess() with { File = result.GetValue(_file), CommandLine = settings };
    }

    /// <summary>Whether the name says its section: ours, or the platform's one for logging.</summary>
    private static bool IsWhole(string key) =>
        key.StartsWith($"{MandateOptions.Section}:", StringComparison.OrdinalIgnoreCase) || key.StartsWith("Logging:", StringComparison.OrdinalIgnoreCase);
}
