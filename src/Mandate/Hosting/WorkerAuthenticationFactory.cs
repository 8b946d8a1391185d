using Mandate.Configuration;
using Mandate.Credentials;
using Mandate.Protocol.Grpc;

namespace Mandate.Hosting;

/// <summary>Makes what proves this program to the cluster, as <c>Mandate:WorkerAuthentication</c> says.</summary>
internal static class WorkerAuthenticationFactory
{
    private const string Section = "Mandate:WorkerAuthentication";

    /// <summary>Null when it is not enabled. The caller starts and disposes it.</summary>
    /// <exception cref="ConfigurationException">A setting is wrong.</exception>
    public static WorkerAuthentication? Create(WorkerAuthenticationSettings settings, ILoggerFactory loggers)
    {
        if (!settings.Enabled)
            return null;
        try
        {
            return new(
                new()
                {
                    ApplicationName = ApplicationName.Parse(settings.ApplicationName),
                    Token = Token(settings),
                    Places = [.. settings.PlacesInForce.Select((place, i) => Place(place, i, settings, loggers))],
                    AllowCleartext = settings.AllowCleartext,
                },
                loggers: loggers);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{Section}: {e.Message}");
        }
    }

    private static ClientCredentialsOptions Token(WorkerAuthenticationSettings settings) => new()
    {
        TokenEndpoint = AddressOf(settings.TokenEndpoint),
        Authority = AddressOf(settings.Authority),
        Scopes = settings.Scopes,
        Audience = settings.Audience,
        Resource = AddressOf(settings.Resource),
        Authentication = settings.Method,
        AssertionKeyId = settings.AssertionKeyId,
        AssertionAlgorithm = settings.AssertionAlgorithm,
        Tls = settings is { AuthoritiesFile: null, ClientCertificateFile: null, ClientKeyFile: null } ? null : GrpcChannelTls.FromFiles(new()
        {
            ServerAuthorities = settings.AuthoritiesFile,
            ClientCertificate = settings.ClientCertificateFile,
            ClientKey = settings.ClientKeyFile,
        }),
    };

    private static IClientCredentialPlace Place(CredentialPlaceOptions place, int index, WorkerAuthenticationSettings settings, ILoggerFactory loggers)
    {
        place.SecretName ??= settings.SecretName;
        try
        {
            return place.Create(settings.EnvironmentPrefix, loggers: loggers);
        }
        catch (FormatException e)
        {
            throw new ConfigurationException($"{Section}:Places:{index}: {e.Message}");
        }
    }

    private static Uri? AddressOf(string? text) => text is null ? null : new Uri(text);
}
