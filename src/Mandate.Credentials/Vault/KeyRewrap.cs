namespace Mandate.Credentials.Vault;

/// <summary>What a re-wrap did.</summary>
/// <param name="KeyId">The key-encryption key that everything is under now.</param>
/// <param name="VaultKeys">How many of the vault's own keys were wrapped under it.</param>
/// <param name="Secrets">How many secrets were sealed under a data key that no older key-encryption key has ever wrapped.</param>
/// <param name="Unreadable">How many secrets cannot be opened, because somebody changed them in the store; they were left as they are.</param>
public sealed record KeyRewrap(string KeyId, int VaultKeys, int Secrets, int Unreadable);
