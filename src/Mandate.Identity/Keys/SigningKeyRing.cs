using System.Collections.Immutable;
using Mandate.Identity.Files;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Identity.Keys;

/// <summary>
/// The keys that sign principals, in a file only its owner can read. The newest key whose time has come signs; all of them verify, so runs that an older key signed go on. A key is removed
/// only when no run it signed is open any more. A change of the file by another process, such as <c>mandate keys rotate</c>, is in force within a second.
/// </summary>
public sealed partial class SigningKeyRing : VerificationKeys, IDisposable
{
    private readonly KeyRingFile _file;
    private readonly string _path;
    private readonly FileWatch _watch;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _changing = new(1);
    private ImmutableArray<RingKey> _keys;
    private long _version;

    private SigningKeyRing(KeyRingFile file, string path, TimeProvider time, ILoggerFactory loggers)
    {
        _file = file;
        _path = path;
        _time = time;
        _logger = loggers.CreateLogger<SigningKeyRing>();
        // Looked at first, so that a change between this and the read is noticed.
        _watch = new(path, time);
        _keys = file.Read();
    }

    /// <summary>How long verifiers may keep the published keys, 5 min: the answer of <c>/.well-known/jwks.json</c> says so. A new key is published this long before it signs, at least.</summary>
    public static TimeSpan PublicationLifetime { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Identifiers of all keys, oldest first.</summary>
    public IReadOnlyList<string> KeyIds => [.. Present().Select(k => k.Key.Id)];

    /// <summary>All keys, oldest first.</summary>
    public IReadOnlyList<SigningKeyInfo> List()
    {
        var current = Current;
        return [.. Present().Select(k => new SigningKeyInfo(k.Key.Id, k.Created, k.SignsFrom, k.Key.Id == current.Id))];
    }

    internal override long Version
    {
        get
        {
            Present();
            return Interlocked.Read(ref _version);
        }
    }

    /// <summary>The key that signs.</summary>
    internal EcKey Current => Signing(Present()).Key;

    /// <summary>Opens a ring.</summary>
    /// <param name="path">Its file. On Unix it must not be readable by anybody but its owner.</param>
    /// <param name="createWhenMissing">
    /// Whether to create it, with a first key. False is safer once runs exist: without their key they are refused, and a missing file is then an error rather than a new key.
    /// </param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="loggers">Where to log to; null for nowhere.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="KeyRingException">It is missing, unreadable, readable by others, or damaged. Nothing works without it, so this is a reason not to start.</exception>
    public static async Task<SigningKeyRing> OpenAsync(
        string path, bool createWhenMissing = true, TimeProvider? time = null, ILoggerFactory? loggers = null, CancellationToken cancellation = default)
    {
        time ??= TimeProvider.System;
        path = Path.GetFullPath(path);
        var file = new KeyRingFile(path);
        if (!file.Exists && createWhenMissing)
        {
            var now = time.GetUtcNow();
            await file.CreateAsync([new(EcKey.Create(), now, now)], cancellation).ConfigureAwait(false);
        }

        return new(file, path, time, loggers ?? NullLoggerFactory.Instance);
    }

    /// <summary>Adds a key.</summary>
    /// <param name="publishFirst">
    /// How long it is published before it signs, so that every verifier has it by then: <see cref="PublicationLifetime"/> or more where caches stand between. Zero, the default, signs with it
    /// at once: right for a key that was stolen, and where all verifiers fetch a key they miss, as those of this library do.
    /// </param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="KeyRingException">The file cannot be written; the ring is unchanged.</exception>
    public async Task<string> RotateAsync(TimeSpan publishFirst = default, CancellationToken cancellation = default)
    {
        var key = EcKey.Create();
        var now = _time.GetUtcNow();
        await ChangeAsync(keys => keys.Add(new(key, now, now + publishFirst)), cancellation).ConfigureAwait(false);
        return key.Id;
    }

    /// <summary>Removes a key: what it signed is refused from now on.</summary>
    /// <exception cref="ArgumentException">There is no such key, or it is the one that signs.</exception>
    /// <exception cref="KeyRingException">The file cannot be written; the ring is unchanged.</exception>
    public Task RemoveAsync(string keyId, CancellationToken cancellation = default) => ChangeAsync(
        keys =>
        {
            var key = keys.FirstOrDefault(k => k.Key.Id == keyId) ?? throw new ArgumentException($"The key ring has no key '{keyId}'.", nameof(keyId));
            return key != Signing(keys)
                ? keys.Remove(key)
                : throw new ArgumentException($"The key '{keyId}' is the one that signs. Rotate first.", nameof(keyId));
        },
        cancellation);

    /// <summary>The public keys as a JSON Web Key Set (RFC 7517), for <c>/.well-known/jwks.json</c>.</summary>
    public string ToJsonWebKeySet() => JsonWebKeySet.Write(Present().Select(k => k.Key));

    /// <inheritdoc/>
    public void Dispose()
    {
        _changing.Dispose();
        foreach (var key in _keys)
            key.Key.Dispose();
    }

    /// <summary>A key that is missed may have been added by another process just now, and a run that is refused for it is refused for good: so the file is looked at.</summary>
    internal override KeyLookup Find(string keyId) =>
        (In(Present(), keyId) ?? In(Present(lookNow: true), keyId)) is { } key ? KeyLookup.Found(key) : KeyLookup.Unknown;

    internal override Task WhenFetchedAsync(CancellationToken cancellation) => Task.CompletedTask;

    private static EcKey? In(ImmutableArray<RingKey> keys, string keyId)
    {
        foreach (var key in keys)
        {
            if (key.Key.Id == keyId)
                return key.Key;
        }

        return null;
    }

    private RingKey Signing(ImmutableArray<RingKey> keys)
    {
        var now = _time.GetUtcNow();
        for (var i = keys.Length - 1; i >= 0; i--)
        {
            if (keys[i].SignsFrom <= now)
                return keys[i];
        }

        // Clocks that went backwards: better the oldest key than none.
        return keys[0];
    }

    private ImmutableArray<RingKey> Present(bool lookNow = false)
    {
        if (_watch.HasChanged(lookNow))
        {
            try
            {
                Take(_file.Read());
                LogRead(_path, _keys.Length);
            }
            catch (KeyRingException e)
            {
                LogUnreadable(e);
            }
        }

        return _keys;
    }

    /// <summary>Keys that are known already stay the same objects. Those that went may be in use by another thread, so they are left to the garbage collector.</summary>
    private void Take(ImmutableArray<RingKey> keys)
    {
        var known = _keys;
        ImmutableInterlocked.InterlockedExchange(ref _keys, [.. keys.Select(k => known.FirstOrDefault(old => old.Key.Id == k.Key.Id) is { } same ? k with { Key = same.Key } : k)]);
        Interlocked.Increment(ref _version);
    }

    private async Task ChangeAsync(Func<ImmutableArray<RingKey>, ImmutableArray<RingKey>> change, CancellationToken cancellation)
    {
        await _changing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            using var turn = await TakeTurnAsync(cancellation).ConfigureAwait(false);
            // Another process may have changed the ring since it was read.
            var changed = change(_file.Read());
            await _file.ReplaceAsync(changed, cancellation).ConfigureAwait(false);
            Take(changed);
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task<FileTurn> TakeTurnAsync(CancellationToken cancellation)
    {
        try
        {
            return await FileTurn.TakeAsync(_path, _time, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException($"The key ring '{_path}' cannot be written, so it was not changed: {e.Message}", e);
        }
    }
}
