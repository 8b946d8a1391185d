namespace Mandate.Identity.Callers;

/// <summary>What an API key to be made shall allow.</summary>
/// <param name="Name">What it is for; no other live key has the name.</param>
/// <param name="Kind">What kind of caller it makes.</param>
/// <param name="Subject">User, or name of the service or worker.</param>
/// <param name="TenantId">Tenant it is bound to; may be null for workers and services only.</param>
public sealed record ApiKeyRequest(string Name, CallerKind Kind, string Subject, string? TenantId)
{
    /// <summary>What it allows.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>How long it lives; null for ever.</summary>
    public TimeSpan? Lifetime { get; init; }
}
