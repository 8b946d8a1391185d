using System.Collections.Immutable;

namespace Mandate.Identity.Keys;

/// <summary>
/// The keys that sign principals, in a file only its owner can read. The newest key signs; all of them verify, so runs that an older key signed go on. A key is removed only when no run
/// it signed is open any more.
/// </summary>
public sealed class SigningKeyRing : VerificationKeys, IDisposable
{
    private readonly KeyRingFile _file;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _changing = new(1);
    private ImmutableArray<RingKey> _keys;
    private long _version;

    private SigningKeyRing(KeyRingFile file, ImmutableArray<RingKey> keys, TimeProvider time)
    {
        _file = file;
        _keys = keys;
        _time = time;
    }

    /// <summary>Identifiers of all keys, oldest first; the last one signs.</summary>
    public IReadOnlyList<string> KeyIds => [.. _keys.Select(k => k.Key.Id)];

    internal override long Version => Interlocked.Read(ref _version);

    /// <summary>The key that signs.</summary>
    internal EcKey Current => _keys[^1].Key;

    /// <summary>Opens a ring.</summary>
    /// <param name="path">Its file. On Unix it must not be readable by anybody but its owner.</param>
    /// <param name="createWhenMissing">
    /// Whether to create it, with a first key. False is safer once runs exist: without their key they are refused, and a missing file is then an error rather than a new key.
    /// </param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="KeyRingException">It is missing, unreadable, readable by others, or damaged. Nothing works without it, so this is a reason not to start.</exception>
    public static async Task<SigningKeyRing> OpenAsync(string path, bool createWhenMissing = true, TimeProvider? time = null, CancellationToken cancellation = default)
    {
        time ??= TimeProvider.System;
        var file = new KeyRingFile(Path.GetFullPath(path));
        if (!file.Exists && createWhenMissing)
            await file.CreateAsync([new(EcKey.Create(), time.GetUtcNow())], cancellation).ConfigureAwait(false);
        return new(file, await file.ReadAsync(cancellation).ConfigureAwait(false), time);
    }

    /// <summary>Adds a key that signs from now on.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="KeyRingException">The file cannot be written; the ring is unchanged.</exception>
    public async Task<string> RotateAsync(CancellationToken cancellation = default)
    {
        var key = EcKey.Create();
        await ChangeAsync(keys => keys.Add(new(key, _time.GetUtcNow())), cancellation).ConfigureAwait(false);
        return key.Id;
    }

    /// <summary>Removes a key: what it signed is refused from now on.</summary>
    /// <exception cref="ArgumentException">There is no such key, or it is the one that signs.</exception>
    /// <exception cref="KeyRingException">The file cannot be written; the ring is unchanged.</exception>
    public Task RemoveAsync(string keyId, CancellationToken cancellation = default) => ChangeAsync(
        keys =>
        {
            var key = keys.FirstOrDefault(k => k.Key.Id == keyId) ?? throw new ArgumentException($"The key ring has no key '{keyId}'.", nameof(keyId));
            return key != keys[^1]
                ? keys.Remove(key)
                : throw new ArgumentException($"The key '{keyId}' is the one that signs. Rotate first.", nameof(keyId));
        },
        cancellation);

    /// <summary>The public keys as a JSON Web Key Set (RFC 7517), for <c>/.well-known/jwks.json</c>.</summary>
    public string ToJsonWebKeySet() => JsonWebKeySet.Write(_keys.Select(k => k.Key));

    /// <inheritdoc/>
    public void Dispose()
    {
        _changing.Dispose();
        foreach (var key in _keys)
            key.Key.Dispose();
    }

    internal override KeyLookup Find(string keyId)
    {
        foreach (var key in _keys)
        {
            if (key.Key.Id == keyId)
                return KeyLookup.Found(key.Key);
        }

        return KeyLookup.Unknown;
    }

    internal override Task WhenFetchedAsync(CancellationToken cancellation) => Task.CompletedTask;

    private async Task ChangeAsync(Func<ImmutableArray<RingKey>, ImmutableArray<RingKey>> change, CancellationToken cancellation)
    {
        await _changing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var changed = change(_keys);
            await _file.ReplaceAsync(changed, cancellation).ConfigureAwait(false);
            ImmutableInterlocked.InterlockedExchange(ref _keys, changed);
            Interlocked.Increment(ref _version);
        }
        finally
        {
            _changing.Release();
        }
    }
}
