namespace Mandate.Credentials.Vault;

/// <summary>What may be known of a credential without redeeming it.</summary>
/// <param name="Reference">The newest reference.</param>
/// <param name="State">How it stands.</param>
/// <param name="Hosts">Where its secret may be sent.</param>
/// <param name="SetAt">When the secret was set, UTC.</param>
/// <param name="ExpiresAt">When the secret expires, UTC; null when that is not known.</param>
/// <param name="Source">The configured source that renews it; null when somebody set it.</param>
/// <param name="RenewAt">When the source is to be asked again, UTC; null without one.</param>
public sealed record CredentialStatus(
    CredentialReference Reference,
    CredentialState State,
    AllowedHosts Hosts,
    DateTimeOffset SetAt,
    DateTimeOffset? ExpiresAt,
    string? Source,
    DateTimeOffset? RenewAt);
