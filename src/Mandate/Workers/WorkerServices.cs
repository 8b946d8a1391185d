using Mandate.Configuration;
using Mandate.Credentials;
using Mandate.Identity;
using Mandate.Identity.Forwarding;
using Mandate.Stateful;

namespace Mandate.Workers;

/// <summary>
/// What activity classes may ask for in their constructors: loggers, <see cref="TimeProvider"/>, and <see cref="IHttpClientFactory"/>, whose client of each name under
/// <c>Mandate:Services</c> calls that service as this one in the name of the current principal.
/// </summary>
internal static class WorkerServices
{
    /// <summary>Name of the client that calls a stateful workflow's API with its token.</summary>
    public const string ApiTokenClient = "api-token";

    public static ServiceProvider Build(MandateOptions options, PrincipalSigner? signer, ILoggerFactory loggers)
    {
        var services = new ServiceCollection();
        services.AddSingleton(loggers);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton(TimeProvider.System);
        services.AddHttpClient();
        services.AddHttpClient(ApiTokenClient).AddApiToken();
        if (options.Services.Count > 0)
        {
            // Made by a factory, so that the container disposes it.
            services.AddSingleton(_ => new AudienceTokenRegistry(options.Services.Values.Select(s => s.Audience!).Distinct(StringComparer.Ordinal).ToDictionary(a => a, a => Client(options.Credentials, a)), loggers: loggers));
            services.AddSingleton<IServiceTokenSource, ServiceTokens>();
        }

        if (options.Services.Values.Where(s => s.User is not UserIdentity.Headers).Select(s => s.Audience!).Distinct(StringComparer.Ordinal).ToList() is { Count: > 0 } exchanging)
        {
            if (signer is null)
                throw new ConfigurationException("Mandate:Services: exchanged tokens need the service's signing keys, which a worker of its own does not have. Host the assembly in `mandate up`, or set User to Headers.");
            services.AddSingleton<IUserTokenSource>(_ => new UserTokens(exchanging.ToDictionary(a => a, a => Client(options.Credentials, a)), signer, options.Credentials.Provider ?? options.Credentials.TokenEndpoint!));
        }

        foreach (var (name, service) in options.Services)
        {
            services.AddHttpClient(name, client => client.BaseAddress = new Uri(service.BaseAddress!.TrimEnd('/') + "/"))
                .AddForwardedIdentity(new ForwardedIdentityOptions { Audience = service.Audience!, User = service.User });
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
