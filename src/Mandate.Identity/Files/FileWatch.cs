namespace Mandate.Identity.Files;

/// <summary>
/// Tells whether a file has changed, by looking at most once a second: a look costs a microsecond, works on every file system and needs no thread of its own, which cannot be said of the
/// platform's watchers.
/// </summary>
internal sealed class FileWatch(string path, TimeProvider time)
{
    private readonly Lock _gate = new();
    private (DateTime Written, long Length) _seen = Look(path);
    private long _looked = time.GetTimestamp();

    /// <summary>Shortest time between two looks.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether the file is another one than when this was last true; false within <see cref="Interval"/> of the last look, unless it is to be looked at <paramref name="now"/>.</summary>
    public bool HasChanged(bool now = false)
    {
        if (!now && time.GetElapsedTime(Interlocked.Read(ref _looked)) < Interval)
            return false;
        lock (_gate)
        {
            if (!now && time.GetElapsedTime(_looked) < Interval)
                return false;
            Interlocked.Exchange(ref _looked, time.GetTimestamp());
            var present = Look(path);
            if (present == _seen)
                return false;
            _seen = present;
            return true;
        }
    }

    private static (DateTime Written, long Length) Look(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }
}
