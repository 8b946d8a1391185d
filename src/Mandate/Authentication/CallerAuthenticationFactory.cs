using Mandate.Configuration;
using Mandate.Identity.Callers;

namespace Mandate.Authentication;

/// <summary>Makes the one authenticator of the program as the settings say; REST API and gRPC listener share it.</summary>
internal static class CallerAuthenticationFactory
{
    /// <param name="options">The settings.</param>
    /// <param name="developmentAuthority">Authority of the development identity provider, when it runs: then it is the first issuer.</param>
    /// <param name="loggers">Where everything logs.</param>
    /// <exception cref="ConfigurationException">A setting cannot be honoured.</exception>
    /// <exception cref="ApiKeyStoreException">The API keys cannot be read.</exception>
    public static CallerAuthenticator Create(MandateOptions options, string? developmentAuthority, ILoggerFactory loggers)
    {
        var authentication = options.Authentication;
        if (developmentAuthority is not null)
        {
            authentication.Authority = developmentAuthority;
            authentication.Audience ??= "mandate";
        }

        try
        {
            return new(new()
            {
                Issuers = [.. authentication.AllIssuers().Select(i => Issuer(i.Issuer, authentication))],
                ApiKeys = new ApiKeyStore(ApiKeyFile(options), loggers: loggers),
                Certificates = Certificates(authentication.ClientCertificates),
                WorkerScope = authentication.WorkerScope,
                LoggerFactory = loggers,
            });
        }
        catch (ArgumentException e)
        {
            throw new ConfigurationException($"Mandate:Authentication: {e.Message}");
        }
    }

    /// <summary>Where the API keys are.</summary>
    public static string ApiKeyFile(MandateOptions options) => options.Authentication.ApiKeyFile ?? Path.Combine(options.DataDirectory, "api-keys.json");

    private static TokenIssuerOptions Issuer(IssuerOptions issuer, AuthenticationOptions authentication) => new()
    {
        Authority = new Uri(issuer.Authority!),
        Issuer = issuer.Issuer,
        Audiences = [issuer.Audience ?? authentication.Audience!],
        Algorithms = issuer.AcceptedAlgorithms,
        TokenTypes = issuer.TokenTypes,
        Claims = new() { UserId = issuer.AcceptedUserClaims, TenantId = [issuer.TenantClaim], Scopes = issuer.AcceptedScopeClaims },
        Tenants = issuer.Tenants,
        ClockSkew = authentication.ClockSkew,
        KeyRefreshInterval = authentication.KeyRefreshInterval,
    };

    private static ClientCertificateOptions? Certificates(ClientCertificatesOptions options) => options.AuthoritiesFile is null ? null : new()
    {
        AuthoritiesFile = options.AuthoritiesFile,
        Callers = [.. options.Callers.Select(c => new CertificateCaller(c.Name!, c.Kind, c.Subject!, c.Tenant) { Scopes = c.Scopes })],
    };
}
