using System.Security.Cryptography.X509Certificates;

namespace Mandate.Protocol.Grpc;

/// <summary>TLS of a <see cref="GrpcListener"/>. Certificates are asked for at each handshake, so renewed ones are used without a restart.</summary>
public sealed record GrpcListenerTls
{
    /// <summary>The server's certificate with its private key.</summary>
    public required Func<X509Certificate2> Certificate { get; init; }

    /// <summary>
    /// Authorities whose client certificates are accepted. When set, a client without a certificate from one of them cannot connect (mTLS). Default: null, no
    /// client certificate is asked for.
    /// </summary>
    public Func<X509Certificate2Collection>? ClientAuthorities { get; init; }
}
