using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Mandate.Credentials.Vault.Storage;

namespace Mandate.Credentials.Vault.Keys;

/// <summary>
/// The vault's keys, unwrapped: data keys seal the secrets, the newest one those to come; the fingerprint key makes fingerprints. A data key that another machine has added is looked up
/// when a secret needs it.
/// </summary>
internal sealed class VaultKeys(KeyTable table, IKeyEncryption encryption, TimeProvider time)
{
    private const int FingerprintBytes = 16;

    /// <summary>How long a replaced data key is kept at least; a write takes seconds at most.</summary>
    private static readonly TimeSpan KeepReplaced = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Secret<byte[]>> _data = new(StringComparer.Ordinal);
    private Secret<byte[]> _fingerprint = null!;
    private string _current = null!;

    public string CurrentId => _current;

    public static async Task<VaultKeys> OpenAsync(KeyTable table, IKeyEncryption encryption, TimeProvider time, CancellationToken cancellation)
    {
        var keys = new VaultKeys(table, encryption, time);
        var stored = await table.ReadAsync(cancellation).ConfigureAwait(false);
        foreach (var purpose in (string[])[StoredKey.Fingerprint, StoredKey.Data])
        {
            if (!stored.Any(k => k.Purpose == purpose))
                await keys.AddAsync(purpose, now => !now.Any(k => k.Purpose == purpose), by: "", cancellation).ConfigureAwait(false);
        }

        await keys.LoadAsync(cancellation).ConfigureAwait(false);
        return keys;
    }

    /// <summary>What is sealed cannot be moved to another row or epoch: the place is part of the seal.</summary>
    public (string KeyId, byte[] Box) Seal(StoredCredential row, Secret value)
    {
        var plain = Encoding.UTF8.GetBytes(value.Reveal());
        try
        {
            return (_current, AesGcmBox.Seal(_data[_current].Reveal(), plain, Place(row)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    public async ValueTask<Secret> OpenAsync(StoredCredential row, CancellationToken cancellation)
    {
        if (!_data.TryGetValue(row.DataKeyId!, out var key))
        {
            await FollowAsync(cancellation).ConfigureAwait(false);
            key = _data.GetValueOrDefault(row.DataKeyId!) ?? throw new CredentialException(
                CredentialErrorKind.Unavailable, $"The secret of '{row.Name}' is sealed under a key that the vault does not hold any more. Restore the vault from one backup as a whole, or set the secret anew.");
        }

        try
        {
            var plain = AesGcmBox.Open(key.Reveal(), row.Sealed!, Place(row));
            try
            {
                return new Secret(Encoding.UTF8.GetString(plain));
            }
            finally
            {
                CryptographicOperations.ZeroMemory(plain);
            }
        }
        catch (CryptographicException e)
        {
            throw new CredentialException(CredentialErrorKind.Unavailable, $"The secret of '{row.Name}' was changed in the vault's store, so it is not used. Set it anew, and find out who did it.", e);
        }
    }

    /// <summary>
    /// What shows that a reference to an epoch was given out. It needs nothing that is erased with an epoch, and so nothing is kept of the epochs before; and nothing of the secret goes into it.
    /// </summary>
    public string FingerprintOf(StoredCredential row, long epoch)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_fingerprint.Reveal(), Joined([.. Names(row), Number(epoch), row.Salt]), hash);
        return Convert.ToHexStringLower(hash[..FingerprintBytes]);
    }

    /// <summary>Adds a data key under the key-encryption key that wraps now, and seals under it from now on.</summary>
    /// <param name="always">Also where the newest data key is under that key-encryption key. It was made under it then: no older one has ever wrapped it.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="cancellation">Stops the work.</param>
    public async Task RotateAsync(bool always, string by, CancellationToken cancellation)
    {
        await AddAsync(StoredKey.Data, stored => always || stored.Last(k => k.Purpose == StoredKey.Data).Wrapped.KeyId != encryption.CurrentKeyId, by, cancellation).ConfigureAwait(false);
        await LoadAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Wraps every key under the key-encryption key that wraps now.</summary>
    /// <returns>How many were wrapped.</returns>
    public async Task<int> RewrapAsync(CancellationToken cancellation)
    {
        var count = 0;
        foreach (var key in await table.ReadAsync(cancellation).ConfigureAwait(false))
        {
            if (key.Wrapped.KeyId == encryption.CurrentKeyId)
                continue;
            var bytes = await encryption.UnwrapAsync(key.Wrapped, cancellation).ConfigureAwait(false);
            try
            {
                // Unwrapping may have found a newer key than the one this began with.
                if (key.Wrapped.KeyId != encryption.CurrentKeyId
                    && await table.RewrapAsync(key, await encryption.WrapAsync(bytes, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false))
                {
                    count++;
                }
            }
            finally
            {
                CryptographicOperations.ZeroMemory(bytes);
            }
        }

        return count;
    }

    /// <summary>Removes the data keys that seal nothing any more. One that was replaced just now stays: another process may be sealing under it at this moment.</summary>
    public async Task RemoveOldAsync(CancellationToken cancellation)
    {
        var keys = (await table.ReadAsync(cancellation).ConfigureAwait(false)).Where(k => k.Purpose == StoredKey.Data).ToList();
        foreach (var (key, next) in keys.Zip(keys.Skip(1)))
        {
            if (key.Id != _current && next.Created <= time.GetUtcNow() - KeepReplaced && await table.RemoveAsync(key.Id, cancellation).ConfigureAwait(false))
                _data.TryRemove(key.Id, out _);
        }
    }

    /// <summary>Takes up keys that another process has added: what is sealed from now on is sealed under the newest one.</summary>
    /// <exception cref="CredentialException">The key ring here cannot unwrap them, as it lacks the newest key.</exception>
    public async Task FollowAsync(CancellationToken cancellation)
    {
        try
        {
            await LoadAsync(cancellation).ConfigureAwait(false);
        }
        catch (KeyRingException e)
        {
            throw new CredentialException(CredentialErrorKind.Unavailable, e.Message, e);
        }
    }

    private async Task AddAsync(string purpose, Func<IReadOnlyList<StoredKey>, bool> isMissing, string by, CancellationToken cancellation)
    {
        var bytes = RandomNumberGenerator.GetBytes(AesGcmBox.KeyBytes);
        await table.AddAsync(
            async (stored, token) =>
            {
                if (!isMissing(stored))
                    return null;
                // The newest key is the current one, also where the clock has not moved, or was set back.
                var newest = stored is [.., var last] ? last.Created.AddMilliseconds(1) : DateTimeOffset.MinValue;
                var now = time.GetUtcNow() is var clock && clock > newest ? clock : newest;
                return new($"{purpose}-{Guid.CreateVersion7(now):N}", purpose, await encryption.WrapAsync(bytes, token).ConfigureAwait(false), now);
            },
            by,
            cancellation).ConfigureAwait(false);
        CryptographicOperations.ZeroMemory(bytes);
    }

    private async Task LoadAsync(CancellationToken cancellation)
    {
        var stored = await table.ReadAsync(cancellation).ConfigureAwait(false);
        foreach (var key in stored)
        {
            // The fingerprint key stays the same for ever.
            if (key.Purpose == StoredKey.Fingerprint ? _fingerprint is not null : _data.ContainsKey(key.Id))
                continue;
            var bytes = new Secret<byte[]>(await encryption.UnwrapAsync(key.Wrapped, cancellation).ConfigureAwait(false));
            if (key.Purpose == StoredKey.Fingerprint)
                _fingerprint = bytes;
            else
                _data.TryAdd(key.Id, bytes);
        }

        _current = stored.Last(k => k.Purpose == StoredKey.Data).Id;
    }

    private static byte[] Place(StoredCredential row) => Joined(
    [
        .. Names(row),
        Number(row.Epoch),
        Number((long?)VaultCommand.Time(row.ExpiresAt) ?? 0),
        .. (row.Hosts ?? AllowedHosts.None).Origins.Select(Encoding.UTF8.GetBytes),
    ]);

    private static byte[][] Names(StoredCredential row) =>
        [Encoding.UTF8.GetBytes(row.Tenant), Encoding.UTF8.GetBytes(row.Tree), Encoding.UTF8.GetBytes(row.User), Encoding.UTF8.GetBytes(row.Name)];

    private static byte[] Number(long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>Each part with its length before it, so that no two lists of parts give the same bytes.</summary>
    private static byte[] Joined(ReadOnlySpan<byte[]> parts)
    {
        using var joined = new MemoryStream();
        foreach (var part in parts)
        {
            joined.Write(Number(part.Length));
            joined.Write(part);
        }

        return joined.ToArray();
    }
}
