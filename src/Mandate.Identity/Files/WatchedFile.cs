using Mandate.Files;

namespace Mandate.Identity.Files;

/// <summary>
/// What a file holds, kept in memory and read again when another process changed the file. A change that cannot be read leaves in force what was read before. Changes by this process are made
/// on what the file holds then, one process at a time.
/// </summary>
/// <typeparam name="T">What it holds; immutable.</typeparam>
internal sealed class WatchedFile<T> : IDisposable
    where T : class
{
    private readonly string _path;
    private readonly IWatchedContent<T> _content;
    private readonly FileWatch _watch;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _changing = new(1);
    private T _present;
    private long _version;

    /// <exception cref="IOException">It cannot be read.</exception>
    public WatchedFile(string path, IWatchedContent<T> content, TimeProvider time)
    {
        _path = path;
        _content = content;
        _time = time;
        // Looked at first, so that a change between this and the read is noticed.
        _watch = new(path, time);
        _present = content.Read();
    }

    /// <summary>Changes whenever the content does.</summary>
    public long Version
    {
        get
        {
            Present();
            return Interlocked.Read(ref _version);
        }
    }

    /// <summary>What it holds.</summary>
    /// <param name="lookNow">Whether to look at the file even when that was done a moment ago.</param>
    public T Present(bool lookNow = false)
    {
        if (_watch.HasChanged(lookNow))
        {
            try
            {
                Take(_content.Read());
                _content.WasRead(_present);
            }
            catch (IOException e)
            {
                _content.WasUnreadable(e);
            }
        }

        return Volatile.Read(ref _present);
    }

    /// <summary>Changes it.</summary>
    /// <exception cref="IOException">It cannot be written; nothing was changed.</exception>
    public async Task ChangeAsync(Func<T, T> change, CancellationToken cancellation)
    {
        await _changing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            using var turn = await FileTurn.TakeAsync(_path, _time, cancellation).ConfigureAwait(false);
            var changed = change(_content.Read());
            await _content.WriteAsync(changed, cancellation).ConfigureAwait(false);
            Take(changed);
        }
        finally
        {
            _changing.Release();
        }
    }

    public void Dispose() => _changing.Dispose();

    private void Take(T content)
    {
        Volatile.Write(ref _present, _content.Merge(_present, content));
        Interlocked.Increment(ref _version);
    }
}
