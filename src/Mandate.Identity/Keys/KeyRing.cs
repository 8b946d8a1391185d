using Mandate.Identity.Files;
using Microsoft.Extensions.Logging;

namespace Mandate.Identity.Keys;

/// <summary>Keys in a file: the newest whose time has come is used for what is new, all of them for what is there. Follows changes of the file by other processes.</summary>
internal sealed class KeyRing<T> : IDisposable
    where T : class, IDisposable
{
    private readonly IKeyFormat<T> _format;
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly WatchedFile<KeyRingContent<T>> _file;

    private KeyRing(KeyRingFile<T> file, IKeyFormat<T> format, string path, TimeProvider time)
    {
        _format = format;
        _path = path;
        _time = time;
        _file = new(path, file, time);
    }

    public long Version => _file.Version;

    /// <summary>The key for what is new.</summary>
    public T Current => CurrentOf(_file.Present()).Key;

    public IReadOnlyList<T> Keys => [.. _file.Present().Keys.Select(k => k.Key)];

    /// <exception cref="KeyRingException">It is missing, unreadable, readable by others, or damaged.</exception>
    public static async Task<KeyRing<T>> OpenAsync(string path, IKeyFormat<T> format, bool createWhenMissing, TimeProvider? time, ILogger logger, CancellationToken cancellation)
    {
        time ??= TimeProvider.System;
        path = Path.GetFullPath(path);
        var file = new KeyRingFile<T>(path, format, logger);
        if (!file.Exists && createWhenMissing)
        {
            var now = time.GetUtcNow();
            await file.CreateAsync(new(format.Create(), now, now), cancellation).ConfigureAwait(false);
        }

        return new(file, format, path, time);
    }

    public IReadOnlyList<RingKeyInfo> List()
    {
        var content = _file.Present();
        var current = CurrentOf(content);
        return [.. content.Keys.Select(k => new RingKeyInfo(_format.IdOf(k.Key), k.Created, k.From, k == current))];
    }

    /// <summary>A key that is missed may have been added by another process just now, and what is refused for it is refused for good: so the file is looked at.</summary>
    public T? Find(string id) => In(_file.Present(), id) ?? In(_file.Present(lookNow: true), id);

    /// <exception cref="KeyRingException">The file cannot be written; the ring is unchanged.</exception>
    public async Task<string> RotateAsync(TimeSpan after, CancellationToken cancellation)
    {
        var key = _format.Create();
        var now = _time.GetUtcNow();
        await ChangeAsync(content => new(content.Keys.Add(new(key, now, now + after))), cancellation).ConfigureAwait(false);
        return _format.IdOf(key);
    }

    /// <exception cref="ArgumentException">There is no such key, or it is the current one.</exception>
    /// <exception cref="KeyRingException">The file cannot be written; the ring is unchanged.</exception>
    public Task RemoveAsync(string keyId, CancellationToken cancellation) => ChangeAsync(
        content =>
        {
            var key = content.Keys.FirstOrDefault(k => _format.IdOf(k.Key) == keyId) ?? throw new ArgumentException($"The key ring has no key '{keyId}'.", nameof(keyId));
            return key != CurrentOf(content)
                ? new(content.Keys.Remove(key))
                : throw new ArgumentException($"The key '{keyId}' is the one in use. Rotate first.", nameof(keyId));
        },
        cancellation);

    public void Dispose()
    {
        foreach (var key in _file.Present().Keys)
            key.Key.Dispose();
        _file.Dispose();
    }

    private T? In(KeyRingContent<T> content, string id)
    {
        foreach (var key in content.Keys)
        {
            if (_format.IdOf(key.Key) == id)
                return key.Key;
        }

        return null;
    }

    private RingKey<T> CurrentOf(KeyRingContent<T> content)
    {
        var now = _time.GetUtcNow();
        for (var i = content.Keys.Length - 1; i >= 0; i--)
        {
            if (content.Keys[i].From <= now)
                return content.Keys[i];
        }

        // Clocks that went backwards: better the oldest key than none.
        return content.Keys[0];
    }

    private async Task ChangeAsync(Func<KeyRingContent<T>, KeyRingContent<T>> change, CancellationToken cancellation)
    {
        try
        {
            await _file.ChangeAsync(change, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not KeyRingException && e is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException($"The key ring '{_path}' cannot be written, so it was not changed: {e.Message}", e);
        }
    }
}
