namespace Mandate.Credentials.Vault.Keys;

/// <summary>A data key, encrypted.</summary>
/// <param name="KeyId">Id of the key-encryption key.</param>
/// <param name="Bytes">The data key under it.</param>
public sealed record WrappedKey(string KeyId, byte[] Bytes);
