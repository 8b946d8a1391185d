using System.Security.Cryptography;
using Mandate.Credentials.Vault.Keys;
using Mandate.Credentials.Vault.Storage;

namespace Mandate.Credentials.Vault;

/// <summary>
/// Rotates the keys of a vault beside the services that use it. A key-encryption key goes through: (1) added to the key ring; (2) it wraps a new data key, under which every secret is sealed
/// anew; (3) the vault's other keys are wrapped under it; (4) the key before, which holds nothing any more, is retired. Every step is durable before the next begins and may be repeated, so
/// whoever is killed in between begins again where he was. What was done is kept in the vault, in the same transaction, until it is in an audit ledger.
/// </summary>
public sealed class VaultKeyRotation
{
    private readonly KeyTable _table;
    private readonly KeyChangeTable _changes;
    private readonly CredentialTable _credentials;
    private readonly VaultKeys _keys;
    private readonly IKeyEncryption _encryption;
    private readonly TimeProvider _time;

    internal VaultKeyRotation(VaultDatabase database, CredentialTable credentials, VaultKeys keys, IKeyEncryption encryption, TimeProvider time) =>
        (_table, _changes, _credentials, _keys, _encryption, _time) = (new(database), new(database), credentials, keys, encryption, time);

    /// <summary>What each key-encryption key holds; those that hold nothing are left out.</summary>
    public Task<IReadOnlyList<KeyUse>> UsesAsync(CancellationToken cancellation = default) => _table.UsesAsync(cancellation);

    /// <summary>Step 1: adds a key to a key ring's file. Where the file is copied to several machines, do so before the next step.</summary>
    /// <param name="ring">The ring.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>The key's id.</returns>
    /// <exception cref="InvalidOperationException">The ring has no file.</exception>
    /// <exception cref="KeyRingException">The file cannot be written; it is unchanged.</exception>
    public Task<string> AddKeyAsync(KeyRing ring, string by, CancellationToken cancellation = default) =>
        // Told before: rather a record of a key that never came to be than a key without one.
        ring.AddKeyAsync(_time, id => _changes.AddAsync(VaultKeyChange.Create, id, entries: 0, by, _time.GetUtcNow(), cancellation), cancellation);

    /// <summary>Steps 2 and 3, with a new data key in any case.</summary>
    /// <inheritdoc cref="RewrapAsync"/>
    public Task<KeyRewrap> RotateAsync(string by, CancellationToken cancellation = default) => RenewAsync(withNewDataKey: true, by, cancellation);

    /// <summary>Steps 2 and 3: brings everything under the newest key-encryption key. Where an earlier one was interrupted it does what is left.</summary>
    /// <param name="by">Who does it.</param>
    /// <param name="cancellation">Stops the work; what was done by then stays done.</param>
    /// <exception cref="KeyRingException">A key cannot be unwrapped, or the newest key of the ring was retired.</exception>
    /// <exception cref="CredentialException">The store cannot be used now.</exception>
    public Task<KeyRewrap> RewrapAsync(string by, CancellationToken cancellation = default) => RenewAsync(withNewDataKey: false, by, cancellation);

    /// <summary>Step 4: makes sure that nothing is wrapped under a key any more, and that nothing ever will be; then removes it from the ring, where that is a file.</summary>
    /// <param name="ring">The ring.</param>
    /// <param name="keyId">The key.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="KeyRingException">Something is wrapped under it, it is the newest one, or the ring has none of this id. The message says so, and nothing has changed.</exception>
    public async Task RetireAsync(KeyRing ring, string keyId, string by, CancellationToken cancellation = default)
    {
        await ring.RefreshAsync(cancellation).ConfigureAwait(false);
        if (ring.CurrentKeyId == keyId)
            throw new KeyRingException($"The key '{keyId}' is the one in use. Rotate first.");
        // One that is retired and still in the ring was interrupted, or is kept in a store outside.
        if (!ring.KeyIds.Contains(keyId) && !await _table.IsRetiredAsync(keyId, cancellation).ConfigureAwait(false))
            throw new KeyRingException($"The key ring has no key '{keyId}'.");
        if (await _table.RetireAsync(keyId, by, _time.GetUtcNow(), cancellation).ConfigureAwait(false) > 0)
        {
            var use = (await UsesAsync(cancellation).ConfigureAwait(false)).FirstOrDefault(u => u.KeyId == keyId) ?? new(keyId, 0, 0);
            throw new KeyRingException(
                $"The key '{keyId}' is needed: {use.VaultKeys} keys of the vault are still wrapped under it, and {use.Secrets} secrets sealed under those. Run: mandate vault-keys rewrap");
        }

        if (ring.IsFile)
            await ring.RemoveKeyAsync(keyId, _time, cancellation).ConfigureAwait(false);
    }

    /// <summary>What was done to the keys and is not recorded elsewhere yet, oldest first, at most 200.</summary>
    public Task<IReadOnlyList<VaultKeyChange>> ChangesAsync(CancellationToken cancellation = default) => _changes.ReadAsync(cancellation);

    /// <summary>Forgets a change that is recorded elsewhere.</summary>
    public Task ForgetAsync(VaultKeyChange change, CancellationToken cancellation = default) => _changes.RemoveAsync(change.Id, cancellation);

    private async Task<KeyRewrap> RenewAsync(bool withNewDataKey, string by, CancellationToken cancellation)
    {
        await _keys.RotateAsync(withNewDataKey, by, cancellation).ConfigureAwait(false);
        var (secrets, unreadable) = (0, 0);
        // Once more after it found something: what a service sealed just before it took up the new key.
        for (var found = true; found;)
        {
            (found, unreadable) = (false, 0);
            StoredCredential? last = null;
            while (await _credentials.NotUnderAsync(_keys.CurrentId, last, cancellation).ConfigureAwait(false) is [.., var end] rows)
            {
                var boxes = await SealAnewAsync(rows, cancellation).ConfigureAwait(false);
                unreadable += rows.Count - boxes.Count;
                var replaced = await _credentials.ResealAsync(boxes, cancellation).ConfigureAwait(false);
                secrets += replaced;
                found |= replaced > 0;
                last = end;
            }
        }

        var keys = await _keys.RewrapAsync(cancellation).ConfigureAwait(false);
        await _keys.RemoveOldAsync(cancellation).ConfigureAwait(false);
        if (keys + secrets > 0)
            await _changes.AddAsync(VaultKeyChange.Rewrap, _encryption.CurrentKeyId, keys + secrets, by, _time.GetUtcNow(), cancellation).ConfigureAwait(false);
        return new(_encryption.CurrentKeyId, keys, secrets, unreadable);
    }

    /// <summary>One secret that somebody changed in the store does not keep the others under an old key.</summary>
    private async Task<IReadOnlyList<(StoredCredential Row, string DataKeyId, byte[] Box)>> SealAnewAsync(IReadOnlyList<StoredCredential> rows, CancellationToken cancellation)
    {
        var boxes = new List<(StoredCredential, string, byte[])>(rows.Count);
        foreach (var row in rows)
        {
            try
            {
                using var secret = await _keys.OpenAsync(row, cancellation).ConfigureAwait(false);
                var (dataKeyId, box) = _keys.Seal(row, secret);
                boxes.Add((row, dataKeyId, box));
            }
            catch (CredentialException e) when (e.InnerException is CryptographicException or null)
            {
                // Counted by who asked.
            }
        }

        return boxes;
    }
}
