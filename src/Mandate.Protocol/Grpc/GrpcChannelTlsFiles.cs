namespace Mandate.Protocol.Grpc;

/// <summary>Paths of PEM files with the certificates of a <see cref="GrpcChannel"/>.</summary>
public sealed record GrpcChannelTlsFiles
{
    /// <summary>Authorities the server's certificate must come from. Default: null, the machine's.</summary>
    public string? ServerAuthorities { get; init; }

    /// <summary>The client's certificate (mTLS). Default: none.</summary>
    public string? ClientCertificate { get; init; }

    /// <summary>The private key of <see cref="ClientCertificate"/>, not encrypted.</summary>
    public string? ClientKey { get; init; }

    /// <summary>See <see cref="GrpcChannelTls.ServerName"/>.</summary>
    public string? ServerName { get; init; }
}
