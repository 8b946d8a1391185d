namespace Mandate.Identity.Callers;

/// <summary>An API key as the service knows it: whom it makes of its bearer, and never the key itself.</summary>
public sealed record ApiKey
{
    /// <summary>Public part of the key, by which it is found, listed and revoked.</summary>
    public required string Id { get; init; }

    /// <summary>What it is for, in words of its owner. Keys that follow one another keep the name.</summary>
    public required string Name { get; init; }

    /// <summary>What kind of caller it makes.</summary>
    public required CallerKind Kind { get; init; }

    /// <summary>User the caller acts as, or the name of the service or worker.</summary>
    public required string Subject { get; init; }

    /// <summary>Tenant the caller is bound to; null only for workers and services that serve every tenant.</summary>
    public string? TenantId { get; init; }

    /// <summary>What it allows.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it ends; null for never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>SHA-256 of the whole key. The key holds 256 random bits, so nothing slower is needed (a guess is as hopeless for the hash as for the key).</summary>
    internal byte[] Hash { get; init; } = [];

    /// <summary>Name and id.</summary>
    public override string ToString() => $"{Name} ({Id})";
}
