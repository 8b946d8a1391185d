namespace Mandate.Protocol.Grpc;

/// <summary>
/// What files hold, read again when one of them has changed. Files that are being written, or hold rubbish, do not count: what was read before stays in use until they are good.
/// </summary>
/// <typeparam name="T">What is read.</typeparam>
internal sealed class ReloadedFile<T>
    where T : class
{
    private readonly Func<IReadOnlyList<string>, T> _read;
    private readonly string[] _paths;
    private readonly Lock _gate = new();
    private T _value;
    private string _version;

    /// <summary>Reads the files for the first time, when they must be good.</summary>
    internal ReloadedFile(Func<IReadOnlyList<string>, T> read, params string[] paths)
    {
        _read = read;
        _paths = paths;
        _version = Version();
        _value = read(paths);
    }

    /// <summary>What the files hold now.</summary>
    internal T Current()
    {
        lock (_gate)
        {
            try
            {
                // The version is taken before the content: files that change between the two are read once more, never once too few.
                var version = Version();
                if (version != _version)
                {
                    _value = _read(_paths);
                    _version = version;
                }
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                // Tried again at the next handshake.
            }

            return _value;
        }
    }

    private string Version() => string.Join('|', _paths.Select(path =>
    {
        // Mounted secrets are links that are switched to another file.
        var file = new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
        return file.Exists ? $"{file.FullName} {file.LastWriteTimeUtc.Ticks} {file.Length}" : "missing";
    }));
}
