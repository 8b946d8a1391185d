using Mandate.Configuration;
using Mandate.Credentials;
using Mandate.Identity;

namespace Mandate.Workers;

/// <summary>
/// What activity classes may ask for in their constructors: loggers, <see cref="TimeProvider"/>, and <see cref="IHttpClientFactory"/>, whose client of each name under
/// <c>Mandate:Services</c> calls that service as this one in the name of the current principal.
/// </summary>
internal static class WorkerServices
{
    public static ServiceProvider Build(MandateOptions options, ILoggerFactory loggers)
    {
        var services = new ServiceCollection();
        services.AddSingleton(loggers);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton(TimeProvider.System);
        services.AddHttpClient();
        if (options.Services.Count > 0)
        {
            // Made by a factory, so that the container disposes it.
            services.AddSingleton(_ => new AudienceTokenRegistry(options.Services.Values.Select(s => s.Audience!).Distinct(StringComparer.Ordinal).ToDictionary(a => a, a => Client(options.Credentials, a)), loggers: loggers));
            services.AddSingleton<IServiceTokenSource, ServiceTokens>();
        }

        foreach (var (name, service) in options.Services)
        {
            services.AddHttpClient(name, client => client.BaseAddress = new Uri(service.BaseAddress!.TrimEnd('/') + "/"))
                .AddForwardedIdentity(service.Audience!);
        }

        return services.BuildServiceProvider(validateScopes: true);
    }

    private static ClientCredentialsOptions Client(CredentialsOptions credentials, string audience) => new()
    {
        TokenEndpoint = new Uri(credentials.TokenEndpoint!),
        ClientId = credentials.ClientId!,
        ClientSecret = ReadSecret(credentials),
        Audience = audience,
    };

    private static Secret ReadSecret(CredentialsOptions credentials)
    {
        if (credentials.ClientSecretFile is not { } file)
            return new Secret(credentials.ClientSecret);
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } text ? new Secret(text) : throw new ConfigurationException($"Mandate:Credentials:ClientSecretFile '{file}' is empty.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"Mandate:Credentials:ClientSecretFile '{file}' cannot be read: {e.Message}");
        }
    }
}
