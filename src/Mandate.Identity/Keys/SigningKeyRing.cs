using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Identity.Keys;

/// <summary>
/// The keys that sign principals, in a file only its owner can read. The newest key whose time has come signs; all of them verify, so runs that an older key signed go on. A key is removed
/// only when no run it signed is open any more. A change of the file by another process, such as <c>mandate keys rotate</c>, is in force within a second.
/// </summary>
public sealed class SigningKeyRing : VerificationKeys, IDisposable
{
    private readonly KeyRing<EcKey> _ring;

    private SigningKeyRing(KeyRing<EcKey> ring) => _ring = ring;

    /// <summary>How long verifiers may keep the published keys, 5 min: the answer of <c>/.well-known/jwks.json</c> says so.</summary>
    public static TimeSpan PublicationLifetime { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Identifiers of all keys, oldest first.</summary>
    public IReadOnlyList<string> KeyIds => [.. _ring.Keys.Select(k => k.Id)];

    internal override long Version => _ring.Version;

    /// <summary>The key that signs.</summary>
    internal EcKey Current => _ring.Current;

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
        string path, bool createWhenMissing = true, TimeProvider? time = null, ILoggerFactory? loggers = null, CancellationToken cancellation = default) =>
        new(await KeyRing<EcKey>.OpenAsync(
            path, new EcKeyFormat(), createWhenMissing, time, (loggers ?? NullLoggerFactory.Instance).CreateLogger<SigningKeyRing>(), cancellation).ConfigureAwait(false));

    /// <summary>All keys, oldest first.</summary>
    public IReadOnlyList<RingKeyInfo> List() => _ring.List();

    /// <summary>Adds a key.</summary>
    /// <param name="publishFirst">
    /// How long it is published before it signs, so that every verifier has it by then: <see cref="PublicationLifetime"/> or more where caches stand between. Zero, the default, signs with it
    /// at once: right for a key that was stolen, and where all verifiers fetch a key they miss, as those of this library do.
    /// </param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="KeyRingException">The file cannot be written; the ring is unchanged.</exception>
    public Task<string> RotateAsync(TimeSpan publishFirst = default, CancellationToken cancellation = default) => _ring.RotateAsync(publishFirst, cancellation);

    /// <summary>Removes a key: what it signed is refused from now on.</summary>
    /// <exception cref="ArgumentException">There is no such key, or it is the one that signs.</exception>
    /// <exception cref="KeyRingException">The file cannot be written; the ring is unchanged.</exception>
    public Task RemoveAsync(string keyId, CancellationToken cancellation = default) => _ring.RemoveAsync(keyId, cancellation);

    /// <summary>The public keys as a JSON Web Key Set (RFC 7517), for <c>/.well-known/jwks.json</c>.</summary>
    public string ToJsonWebKeySet() => JsonWebKeySet.Write(_ring.Keys);

    /// <inheritdoc/>
    public void Dispose() => _ring.Dispose();

    internal override KeyLookup Find(string keyId) => _ring.Find(keyId) is { } key ? KeyLookup.Found(key) : KeyLookup.Unknown;

    internal override Task WhenFetchedAsync(CancellationToken cancellation) => Task.CompletedTask;
}
