namespace Mandate.Credentials.Vault.Keys;

/// <summary>
/// Wraps the vault's data keys under a key-encryption key that is kept elsewhere: in a <see cref="KeyRing"/>, or in a store that never gives it away.
/// </summary>
public interface IKeyEncryption
{
    /// <summary>Id of the key that wraps now.</summary>
    string CurrentKeyId { get; }

    /// <summary>Wraps a data key under the current key.</summary>
    /// <param name="dataKey">32 bytes.</param>
    /// <param name="cancellation">Stops waiting.</param>
    ValueTask<WrappedKey> WrapAsync(ReadOnlyMemory<byte> dataKey, CancellationToken cancellation);

    /// <summary>Unwraps a data key.</summary>
    /// <exception cref="KeyRingException">The key that wrapped it is not there, or the bytes were changed.</exception>
    ValueTask<byte[]> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellation);
}
