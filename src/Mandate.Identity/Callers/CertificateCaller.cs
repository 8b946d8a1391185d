namespace Mandate.Identity.Callers;

/// <summary>Whom a client certificate names.</summary>
/// <param name="Name">
/// A name in the certificate (subject alternative name) that is exactly this: a URI such as <c>spiffe://example.org/worker</c>, or a DNS name. Other parts of a certificate, such as its
/// common name, are not looked at (RFC 9525, section 2).
/// </param>
/// <param name="Kind">What kind of caller it makes.</param>
/// <param name="Subject">User, or name of the service or worker.</param>
/// <param name="TenantId">Tenant it is bound to; may be null for workers and services only.</param>
public sealed record CertificateCaller(string Name, CallerKind Kind, string Subject, string? TenantId)
{
    /// <summary>What it allows.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];
}
