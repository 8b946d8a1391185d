namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Grpc</c>.</summary>
internal sealed class GrpcOptions
{
    /// <summary>Whether the engine listens for workers and clients of the Temporal protocol.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>IP address and port; port 0 lets the system choose.</summary>
    public string Address { get; set; } = "127.0.0.1:7233";

    /// <summary>PEM file of the certificate chain; with it the listener speaks TLS.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>PEM file of the certificate's private key.</summary>
    public string? CertificateKeyFile { get; set; }

    /// <summary>
    /// Whether the listener may be reachable from other machines without TLS. Callers' tokens travel in clear then, so it is refused unless this says that the network protects them.
    /// </summary>
    public bool AllowRemoteClients { get; set; }

    /// <summary>Bytes that requests which are not answered yet may take together, in MiB; what would exceed them is turned away. Unset: an eighth of what the process may use, at most 256.</summary>
    public int? MaxInFlight { get; set; }
}
