using Microsoft.Extensions.Configuration.Json;

namespace Mandate.Configuration;

/// <summary>
/// Reads and binds settings. In order, each overriding the one before:
/// 1. <c>appsettings.json</c>, 2. <c>appsettings.&lt;environment&gt;.json</c>, 3. the file named on the command line,
/// 4. environment variables, 5. the command line.
/// </summary>
internal static class SettingsLoader
{
    /// <summary>Reads the sources and checks every setting.</summary>
    /// <exception cref="ConfigurationException">A file cannot be read, a key is unknown, or a value is wrong.</exception>
    public static (MandateOptions Options, IConfiguration Configuration) Load(SettingSources sources)
    {
        var configuration = Read(sources);
        var options = Bind(configuration);
        options.Environment = EnvironmentOf(configuration, sources);
        return (options, configuration);
    }

    private static IConfigurationRoot Read(SettingSources sources)
    {
        var fromVariables = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in EnvironmentSettings.Read(sources.Variables))
            fromVariables[key] = value;

        var builder = new ConfigurationBuilder();
        if (sources.Directory is { } directory)
        {
            // The environment decides about a settings file, so it is looked up in every other source first.
            Add(builder, Path.Combine(directory, "appsettings.json"), optional: true);
            var probe = Build(new ConfigurationBuilder().AddConfiguration(Build(builder)).AddInMemoryCollection(fromVariables).AddInMemoryCollection(sources.CommandLine));
            Add(builder, Path.Combine(directory, $"appsettings.{EnvironmentOf(probe, sources)}.json"), optional: true);
        }

        if (sources.File is { } file)
            Add(builder, Path.GetFullPath(file), optional: false);
        return Build(builder.AddInMemoryCollection(fromVariables).AddInMemoryCollection(sources.CommandLine));
    }

    private static void Add(ConfigurationBuilder builder, string path, bool optional)
    {
        if (!File.Exists(path))
        {
            if (optional)
                return;
            throw new ConfigurationException($"The settings file '{path}' does not exist. Correct --config.");
        }

        var source = new JsonConfigurationSource { Path = path, Optional = false, ReloadOnChange = false };
        source.ResolveFileProvider();
        builder.Add(source);
    }

    private static IConfigurationRoot Build(IConfigurationBuilder builder)
    {
        try
        {
            return builder.Build();
        }
        catch (InvalidDataException e)
        {
            throw new ConfigurationException($"{e.Message} {e.InnerException?.Message}".Trim());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"A settings file cannot be read: {e.Message}");
        }
    }

    private static MandateOptions Bind(IConfiguration configuration)
    {
        try
        {
            var options = new MandateOptions();
            configuration.GetSection(MandateOptions.Section).Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
            return options;
        }
        catch (InvalidOperationException e)
        {
            var unknown = UnknownSettings.Find(configuration.GetSection(MandateOptions.Section), typeof(MandateOptions)).ToArray();
            throw new ConfigurationException(unknown.Length > 0
                ? [.. unknown.Select(u => $"{u.Setting} is no setting. {u.Advice}")]
                : [$"A setting cannot be understood: {e.Message}"]);
        }
    }

    private static string EnvironmentOf(IConfiguration configuration, SettingSources sources) =>
        configuration[$"{MandateOptions.Section}:{nameof(MandateOptions.Environment)}"] is { Length: > 0 } named ? named : sources.DefaultEnvironment;
}
