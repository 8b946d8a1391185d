using Mandate.Credentials.Vault.Storage;

namespace Mandate.Credentials.Vault;

/// <summary>A credential together with those it was narrowed from: what is left of their rights.</summary>
internal sealed record ResolvedCredential
{
    /// <summary>The credential itself.</summary>
    public required StoredCredential Row { get; init; }

    /// <summary>Its newest reference.</summary>
    public required CredentialReference Reference { get; init; }

    /// <summary>The one with a secret of its own that it gives part of; itself where it has one.</summary>
    public required StoredCredential Top { get; init; }

    /// <summary>Names from its own up to that of <see cref="Top"/>.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Hosts that every one of them allows.</summary>
    public required AllowedHosts Hosts { get; init; }

    /// <summary>Scopes that every one of them keeps: null for all of the secret's, empty for none.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Revoked where one of them is.</summary>
    public required CredentialState State { get; init; }

    /// <summary>When the secret was set.</summary>
    public required DateTimeOffset SetAt { get; init; }

    /// <summary>When the secret expires.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public CredentialStatus Status => new(Reference, State, Hosts, SetAt, ExpiresAt, Row.Source, Row.RenewAt);
}
