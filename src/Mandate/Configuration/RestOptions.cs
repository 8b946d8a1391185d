namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Rest</c>.</summary>
internal sealed class RestOptions
{
    /// <summary>Where the REST API listens: <c>http://</c> or <c>https://</c>, an IP address or <c>localhost</c>, a port (0 lets the system choose).</summary>
    public string Address { get; set; } = "http://127.0.0.1:8080";

    /// <summary>PEM file of the certificate chain for <c>https</c>.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>PEM file of the certificate's private key.</summary>
    public string? CertificateKeyFile { get; set; }
}
