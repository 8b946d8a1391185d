using Mandate.Configuration;

namespace Mandate.Demo;

/// <summary>The few settings of the user that the demonstration takes.</summary>
internal static class DemoSettings
{
    /// <summary>Logs as talkative as anybody would make them to find a fault: what is not in these is in none.</summary>
    public static readonly IReadOnlyDictionary<string, string?> Logging = new Dictionary<string, string?>
    {
        ["Logging:LogLevel:Default"] = "Trace",
        ["Logging:LogLevel:Microsoft"] = "Trace",
        ["Logging:LogLevel:System"] = "Trace",
    };

    /// <summary>The environment, Development unless somebody says otherwise, and nothing but that from everywhere it can be said.</summary>
    /// <exception cref="ConfigurationException">A settings file cannot be read.</exception>
    public static (string Environment, IConfiguration Logging) Read(SettingSources sources)
    {
        var (options, _) = SettingsLoader.Load(sources with { DefaultEnvironment = Environments.Development });
        return (options.Environment, new ConfigurationBuilder().AddInMemoryCollection(Logging).Build());
    }
}
