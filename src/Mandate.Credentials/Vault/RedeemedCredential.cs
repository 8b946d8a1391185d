namespace Mandate.Credentials.Vault;

/// <summary>A secret, for one call.</summary>
/// <param name="Reference">Which credential it is, of the newest epoch: it may be newer than the one presented.</param>
/// <param name="Value">The secret.</param>
/// <param name="SetAt">When it was set, UTC.</param>
/// <param name="ExpiresAt">When it expires, UTC; null when that is not known.</param>
public sealed record RedeemedCredential(CredentialReference Reference, Secret Value, DateTimeOffset SetAt, DateTimeOffset? ExpiresAt);
