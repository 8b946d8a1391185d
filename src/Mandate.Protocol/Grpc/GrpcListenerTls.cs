using System.Security.Cryptography.X509Certificates;

namespace Mandate.Protocol.Grpc;

/// <summary>TLS of a <see cref="GrpcListener"/>. Certificates are asked for at each handshake, so renewed ones are used without a restart.</summary>
public sealed record GrpcListenerTls
{
    /// <summary>The server's certificate with its private key.</summary>
    public required Func<X509Certificate2> Certificate { get; init; }

    /// <summary>
    /// Authorities whose client certificates are accepted; a client with any other certificate cannot connect (mTLS). Default: null, no client certificate is asked for.
    /// </summary>
    public Func<X509Certificate2Collection>? ClientAuthorities { get; init; }

    /// <summary>
    /// Whether a client without a certificate cannot connect either, when <see cref="ClientAuthorities"/> is set. False lets it show who it is by other means. Default: true.
    /// </summary>
    public bool RequireClientCertificate { get; init; } = true;

    /// <summary>TLS with certificates from PEM files, which are read again when they change.</summary>
    /// <param name="certificateFile">The server's certificate chain.</param>
    /// <param name="keyFile">Its private key, not encrypted.</param>
    /// <param name="clientAuthoritiesFile">Authorities of client certificates, which are asked for then and need not be shown; null for none.</param>
    /// <exception cref="InvalidDataException">A file holds no certificate, or the key does not belong to it.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static GrpcListenerTls FromFiles(string certificateFile, string keyFile, string? clientAuthoritiesFile = null) => new()
    {
        Certificate = new ReloadedFile<X509Certificate2>(PemFiles.ReadCertificate, certificateFile, keyFile).Current,
        ClientAuthorities = clientAuthoritiesFile is { } authorities ? new ReloadedFile<X509Certificate2Collection>(PemFiles.ReadAuthorities, authorities).Current : null,
        RequireClientCertificate = false,
    };
}
