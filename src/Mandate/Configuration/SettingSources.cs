using System.Collections;

namespace Mandate.Configuration;

/// <summary>Where settings come from, so that tests and the demonstration can bring their own.</summary>
internal sealed record SettingSources
{
    /// <summary>Directory in which <c>appsettings.json</c> and <c>appsettings.&lt;environment&gt;.json</c> are looked for; null for none.</summary>
    public string? Directory { get; init; }

    /// <summary>A settings file that must exist, read after those of <see cref="Directory"/>.</summary>
    public string? File { get; init; }

    /// <summary>The process's environment variables.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Settings of the command line, full keys such as <c>Mandate:DataDirectory</c>.</summary>
    public IReadOnlyDictionary<string, string?> CommandLine { get; init; } = new Dictionary<string, string?>();

    /// <summary>The environment when no source names one.</summary>
    public string DefaultEnvironment { get; init; } = Environments.Production;

    /// <summary>Settings files of the working directory, and this process's variables.</summary>
    public static SettingSources OfProcess() => new()
    {
        Directory = System.IO.Directory.GetCurrentDirectory(),
        Variables = Environment.GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal),
    };
}
