using Mandate.Configuration;
using Mandate.Credentials;
using Mandate.Protocol;
using Mandate.Protocol.Grpc;

namespace Mandate.Hosting;

/// <summary>The connection to a cluster, or to a service elsewhere, as <c>Mandate:Temporal</c> says.</summary>
internal static class ClusterChannel
{
    /// <summary>Age at which a connection with certificates from files is replaced, so that renewed ones come into use.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(10);

    /// <summary>Adds TLS and credentials to a channel's options.</summary>
    /// <exception cref="ConfigurationException">A file cannot be used.</exception>
    public static GrpcChannelOptions Configure(GrpcChannelOptions channel, TemporalOptions options, WorkerAuthentication? authentication)
    {
        var secured = Secure(channel, options);
        return authentication?.Apply(secured) ?? secured;
    }

    private static GrpcChannelOptions Secure(GrpcChannelOptions channel, TemporalOptions options) => channel with
    {
        ConnectionLifetime = (options.AuthoritiesFile ?? options.ClientCertificateFile) is null ? channel.ConnectionLifetime : ConnectionLifetime,
        Tls = Tls(options) ?? channel.Tls,
        Metadata = ApiKey(options) is { } key
            ? (_, _) => new(new RpcMetadata([new("authorization", $"Bearer {key.Reveal()}")]))
            : channel.Metadata,
    };

    private static GrpcChannelTls? Tls(TemporalOptions options)
    {
        if (options is { Tls: false, AuthoritiesFile: null, ClientCertificateFile: null, ClientKeyFile: null, ServerName: null })
            return null;
        try
        {
            return GrpcChannelTls.FromFiles(new()
            {
                ServerAuthorities = options.AuthoritiesFile,
                ClientCertificate = options.ClientCertificateFile,
                ClientKey = options.ClientKeyFile,
                ServerName = options.ServerName,
            });
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"Mandate:Temporal: {e.Message}");
        }
    }

    /// <summary>The credential towards the cluster or service; null for none.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, or is empty.</exception>
    public static Secret? ApiKey(TemporalOptions options)
    {
        if (options.ApiKeyFile is not { } file)
            return options.ApiKey is { } text ? new Secret(text) : null;
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } key ? new Secret(key) : throw new ConfigurationException($"Mandate:Temporal:ApiKeyFile '{file}' is empty.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"Mandate:Temporal:ApiKeyFile '{file}' cannot be read: {e.Message}");
        }
    }
}
