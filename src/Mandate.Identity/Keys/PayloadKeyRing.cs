using Mandate.Protocol.Conversion.Sealing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Identity.Keys;

/// <summary>
/// The keys that seal payloads, in a file only its owner can read: the newest whose time has come seals, all of them open. Client, workers and codec endpoint of a namespace have the same ring;
/// a change of the file, such as by <c>mandate payload-keys rotate</c>, is in force within a second. A key is removed only when no history that it sealed is of interest any more.
/// </summary>
public sealed class PayloadKeyRing : IPayloadKeys, IDisposable
{
    private readonly KeyRing<PayloadKey> _ring;

    private PayloadKeyRing(KeyRing<PayloadKey> ring) => _ring = ring;

    /// <inheritdoc/>
    public PayloadKey Current => _ring.Current;

    /// <summary>Opens a ring.</summary>
    /// <param name="path">Its file. On Unix it must not be readable by anybody but its owner.</param>
    /// <param name="createWhenMissing">Whether to create it, with a first key. Once payloads are sealed with its keys, a missing file is better an error than a new key.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="loggers">Where to log to; null for nowhere.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="KeyRingException">It is missing, unreadable, readable by others, or damaged.</exception>
    public static async Task<PayloadKeyRing> OpenAsync(
        string path, bool createWhenMissing = false, TimeProvider? time = null, ILoggerFactory? loggers = null, CancellationToken cancellation = default) =>
        new(await KeyRing<PayloadKey>.OpenAsync(
            path, new PayloadKeyFormat(), createWhenMissing, time, (loggers ?? NullLoggerFactory.Instance).CreateLogger<PayloadKeyRing>(), cancellation).ConfigureAwait(false));

    /// <summary>All keys, oldest first.</summary>
    public IReadOnlyList<RingKeyInfo> List() => _ring.List();

    /// <summary>Adds a key.</summary>
    /// <param name="distributeFirst">How long it only opens before it seals, so that the file reaches every program by then.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="KeyRingException">The file cannot be written; the ring is unchanged.</exception>
    public Task<string> RotateAsync(TimeSpan distributeFirst = default, CancellationToken cancellation = default) => _ring.RotateAsync(distributeFirst, cancellation);

    /// <summary>Removes a key: what it sealed can no longer be read.</summary>
    /// <exception cref="ArgumentException">There is no such key, or it is the one that seals.</exception>
    /// <exception cref="KeyRingException">The file cannot be written; the ring is unchanged.</exception>
    public Task RemoveAsync(string keyId, CancellationToken cancellation = default) => _ring.RemoveAsync(keyId, cancellation);

    /// <inheritdoc/>
    public PayloadKey? Find(string id) => _ring.Find(id);

    /// <inheritdoc/>
    public void Dispose() => _ring.Dispose();
}
