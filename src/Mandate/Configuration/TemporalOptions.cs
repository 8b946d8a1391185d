namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Temporal</c>; <c>TEMPORAL_ADDRESS</c> and <c>TEMPORAL_NAMESPACE</c> are the same settings under their usual names.</summary>
internal sealed class TemporalOptions
{
    /// <summary>Address of a Temporal cluster, <c>host:port</c> or a URI. Unset: the embedded engine.</summary>
    public string? Address { get; set; }

    /// <summary>Namespace of every run.</summary>
    public string Namespace { get; set; } = "default";

    /// <summary>Whether to connect with TLS. Implied by an <c>https</c> address.</summary>
    public bool Tls { get; set; }
}
