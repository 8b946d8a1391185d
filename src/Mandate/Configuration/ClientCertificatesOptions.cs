namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Authentication:ClientCertificates</c>.</summary>
internal sealed class ClientCertificatesOptions
{
    /// <summary>PEM file of the authorities that issue client certificates; unset, none are asked for.</summary>
    public string? AuthoritiesFile { get; set; }

    /// <summary>Whom the certificates name.</summary>
    public List<CertificateCallerOptions> Callers { get; set; } = [];
}
