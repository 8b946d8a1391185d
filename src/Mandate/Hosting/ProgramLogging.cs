namespace Mandate.Hosting;

/// <summary>Where the program logs.</summary>
internal static class ProgramLogging
{
    private const string ConsoleFormatter = "Logging:Console:FormatterName";

    /// <summary>
    /// A factory that logs to the console as the section <c>Logging</c> says; without it one line an entry, the service from Information on and the platform from Warning on.
    /// </summary>
    public static ILoggerFactory ToConsole(IConfiguration configuration) => Create(configuration, logging =>
    {
        // Naming a formatter in code would override the settings' choice.
        if (configuration[ConsoleFormatter] is null)
            logging.AddSimpleConsole(console => { console.SingleLine = true; console.TimestampFormat = "HH:mm:ss.fff "; console.UseUtcTimestamp = true; });
        else
            logging.AddConsole();
    });

    /// <summary>A factory with the same levels that logs to <paramref name="provider"/>.</summary>
    public static ILoggerFactory To(ILoggerProvider provider, IConfiguration configuration) => Create(configuration, logging => logging.AddProvider(provider));

    private static ILoggerFactory Create(IConfiguration configuration, Action<ILoggingBuilder> add) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        logging.AddConfiguration(configuration.GetSection("Logging"));
        add(logging);
    });
}
