using System.Security.Cryptography.X509Certificates;

namespace Mandate.Protocol.Grpc;

/// <summary>TLS of a <see cref="GrpcChannel"/>. Certificates are asked for at each handshake, so renewed ones are used by the next connection.</summary>
public sealed record GrpcChannelTls
{
    /// <summary>Authorities the server's certificate must come from. Default: null, the machine's.</summary>
    public Func<X509Certificate2Collection>? ServerAuthorities { get; init; }

    /// <summary>The client's certificate with its private key (mTLS). Default: none.</summary>
    public Func<X509Certificate2>? ClientCertificate { get; init; }

    /// <summary>Name expected in the server's certificate and sent as the authority, where it differs from the target's host. Default: the target's host.</summary>
    public string? ServerName { get; init; }
}
