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

    /// <summary>PEM file of the authorities the server's certificate must come from; unset, the machine's.</summary>
    public string? AuthoritiesFile { get; set; }

    /// <summary>PEM file of the client certificate to show.</summary>
    public string? ClientCertificateFile { get; set; }

    /// <summary>PEM file of its private key.</summary>
    public string? ClientKeyFile { get; set; }

    /// <summary>Name expected in the server's certificate, where it differs from the address.</summary>
    public string? ServerName { get; set; }

    /// <summary>File with the API key or token to show, and nothing else.</summary>
    public string? ApiKeyFile { get; set; }

    /// <summary>The API key itself, instead of a file.</summary>
    public string? ApiKey { get; set; }
}
