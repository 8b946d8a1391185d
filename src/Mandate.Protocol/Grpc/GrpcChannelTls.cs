using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Mandate.Protocol.Grpc;

/// <summary>TLS of a <see cref="GrpcChannel"/>. Certificates are asked for at each handshake, so renewed ones are used by the next connection.</summary>
public sealed record GrpcChannelTls
{
    private const string ServerAuthenticationOid = "1.3.6.1.5.5.7.3.1";

    /// <summary>Authorities the server's certificate must come from. Default: null, the machine's.</summary>
    public Func<X509Certificate2Collection>? ServerAuthorities { get; init; }

    /// <summary>The client's certificate with its private key (mTLS). Default: none.</summary>
    public Func<X509Certificate2>? ClientCertificate { get; init; }

    /// <summary>Name expected in the server's certificate and sent as the authority, where it differs from the target's host. Default: the target's host.</summary>
    public string? ServerName { get; init; }

    /// <summary>TLS with certificates from PEM files, which are read again when they change.</summary>
    /// <param name="files">The files.</param>
    /// <exception cref="ArgumentException">A client certificate without a key, or a key without a certificate.</exception>
    /// <exception cref="InvalidDataException">A file holds no certificate, or the key does not belong to it.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static GrpcChannelTls FromFiles(GrpcChannelTlsFiles files)
    {
        if (files.ClientCertificate is null != files.ClientKey is null)
            throw new ArgumentException("A client certificate needs its private key, and the key its certificate: set both files or none.", nameof(files));
        return new()
        {
            ServerAuthorities = files.ServerAuthorities is { } authorities ? new ReloadedFile<X509Certificate2Collection>(PemFiles.ReadAuthorities, authorities).Current : null,
            ClientCertificate = files.ClientCertificate is { } certificate ? new ReloadedFile<X509Certificate2>(PemFiles.ReadCertificate, certificate, files.ClientKey!).Current : null,
            ServerName = files.ServerName,
        };
    }

    /// <summary>These settings for a connection of another kind, such as that to a token endpoint. <see cref="ServerName"/> is not part of them.</summary>
    public SslClientAuthenticationOptions CreateSslOptions()
    {
        var options = new SslClientAuthenticationOptions();
        if (ServerAuthorities is { } authorities)
        {
            options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                CertificateTrust.IsTrusted(certificate, chain, errors, authorities(), ServerAuthenticationOid);
        }

        if (ClientCertificate is { } certificate)
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate();
        return options;
    }
}
