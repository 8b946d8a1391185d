namespace Mandate.Credentials.Vault.Storage;

/// <summary>What a name has before something is set.</summary>
/// <param name="Row">Its credential; null where it was never set.</param>
/// <param name="LastPending">The newest epoch that is kept for it and does not count yet; zero where none is.</param>
/// <param name="Salt">The salt of its references, also of those that are on their way; null where none was given out.</param>
internal sealed record CredentialBefore(StoredCredential? Row, long LastPending, byte[]? Salt)
{
    /// <summary>The epoch that counts; zero where none does.</summary>
    public long Epoch => Row?.Epoch ?? 0;

    /// <summary>The epoch of what is set or prepared now: later than everything that was begun before it, so that none of that replaces it when it arrives.</summary>
    public long NextEpoch => Math.Max(Epoch, LastPending) + 1;

    public byte[] SaltOrNew() => Salt ?? StoredCredential.NewSalt();
}
