namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Grpc</c>.</summary>
internal sealed class GrpcOptions
{
    /// <summary>Whether the engine listens for workers and clients of the Temporal protocol.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>IP address and port; port 0 lets the system choose.</summary>
    public string Address { get; set; } = "127.0.0.1:7233";

    /// <summary>
    /// Whether the listener may be reachable from other machines. It does not authenticate its callers yet, so an address that is not loopback is
    /// refused unless this says that the network protects it.
    /// </summary>
    public bool AllowRemoteClients { get; set; }

    /// <summary>Bytes that requests which are not answered yet may take together, in MiB; what would exceed them is turned away. Unset: an eighth of what the process may use, at most 256.</summary>
    public int? MaxInFlight { get; set; }
}
