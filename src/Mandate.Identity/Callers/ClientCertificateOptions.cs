namespace Mandate.Identity.Callers;

/// <summary>Which client certificates are accepted, and whom they make of their bearers.</summary>
public sealed record ClientCertificateOptions
{
    /// <summary>PEM file of the authorities that issue them. Read again when it changes.</summary>
    public required string AuthoritiesFile { get; init; }

    /// <summary>Whom certificates name.</summary>
    public required IReadOnlyList<CertificateCaller> Callers { get; init; }
}
