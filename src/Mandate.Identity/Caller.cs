namespace Mandate.Identity;

/// <summary>A caller whose credentials were found good.</summary>
public sealed record Caller
{
    /// <summary>Who: the user id of a user, the name of a service or worker.</summary>
    public required string Subject { get; init; }

    /// <summary>What kind of caller.</summary>
    public required CallerKind Kind { get; init; }

    /// <summary>
    /// For whom the caller may act: user and tenant, with <see cref="Scopes"/>. Null for a service or worker that is bound to no tenant: it may serve runs of every tenant, and
    /// acts for nobody itself. Never null for a <see cref="CallerKind.User"/>.
    /// </summary>
    public Principal? Principal { get; init; }

    /// <summary>What the credential allows.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>
    /// Which credential it was, for the ledger: <c>token:&lt;jti&gt;</c>, <c>api-key:&lt;id&gt;</c>, <c>certificate:&lt;SHA-256&gt;</c>. It identifies the credential and cannot be used as
    /// one.
    /// </summary>
    public required string CredentialId { get; init; }

    /// <summary>Tenant the caller is bound to; null when it is bound to none.</summary>
    public string? TenantId => Principal?.TenantId;

    /// <summary>Kind and name.</summary>
    public override string ToString() => TenantId is null ? $"{Kind} {Subject}" : $"{Kind} {Subject}@{TenantId}";
}
