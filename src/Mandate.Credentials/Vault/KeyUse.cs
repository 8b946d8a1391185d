namespace Mandate.Credentials.Vault;

/// <summary>What of a vault a key-encryption key holds.</summary>
/// <param name="KeyId">The key-encryption key's id.</param>
/// <param name="VaultKeys">How many of the vault's own keys are wrapped under it.</param>
/// <param name="Secrets">How many secrets are sealed under those.</param>
public sealed record KeyUse(string KeyId, long VaultKeys, long Secrets);
