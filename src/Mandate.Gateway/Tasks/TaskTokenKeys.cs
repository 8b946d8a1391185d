using System.Collections.Immutable;

namespace Mandate.Gateway.Tasks;

/// <summary>
/// The keys that seal task tokens. The newest seals; all of them open. All gateways in front of a cluster share the file: one that meets a key it does not know reads the file again,
/// so a key added by one of them is known to the others as soon as it is used.
/// </summary>
internal sealed class TaskTokenKeys
{
    public const int KeyIdBytes = 8;
    public const int SecretBytes = 32;
    public const int MacBytes = 32;

    /// <summary>Forged tokens name keys nobody has; the file is not read for each of them.</summary>
    private static readonly TimeSpan ReloadPause = TimeSpan.FromSeconds(1);

    private readonly TaskTokenKeyFile _file;
    private readonly TimeProvider _time;
    private readonly Lock _reloading = new();
    private ImmutableArray<TaskTokenKey> _keys;
    private long _lastReload;

    private TaskTokenKeys(TaskTokenKeyFile file, ImmutableArray<TaskTokenKey> keys, TimeProvider time)
    {
        (_file, _keys, _time) = (file, keys, time);
        _lastReload = time.GetTimestamp();
    }

    /// <summary>The key that seals.</summary>
    public TaskTokenKey Current => _keys[^1];

    /// <summary>Opens the file, creating it with a first key when it is missing.</summary>
    /// <exception cref="TokenKeyException">It cannot be used.</exception>
    public static TaskTokenKeys Open(string path, TimeProvider time)
    {
        var file = new TaskTokenKeyFile(Path.GetFullPath(path));
        if (!file.Exists)
            file.Create([TaskTokenKey.Create(time.GetUtcNow())]);
        return new(file, file.Read(), time);
    }

    /// <summary>Adds a key that seals from now on.</summary>
    /// <exception cref="TokenKeyException">The file cannot be written; nothing changed.</exception>
    public void Rotate()
    {
        lock (_reloading)
        {
            // What another gateway added meanwhile stays.
            var keys = _file.Read().Add(TaskTokenKey.Create(_time.GetUtcNow()));
            _file.Replace(keys);
            ImmutableInterlocked.InterlockedExchange(ref _keys, keys);
        }
    }

    /// <summary>The key with this id; null when there is none.</summary>
    public TaskTokenKey? Find(ReadOnlySpan<byte> id)
    {
        if (Find(_keys, id) is { } key)
            return key;
        lock (_reloading)
        {
            if (_time.GetElapsedTime(_lastReload) < ReloadPause)
                return Find(_keys, id);
            _lastReload = _time.GetTimestamp();
            try
            {
                ImmutableInterlocked.InterlockedExchange(ref _keys, _file.Read());
            }
            catch (TokenKeyException)
            {
                // Being replaced or gone: what is in memory goes on working.
            }

            return Find(_keys, id);
        }
    }

    private static TaskTokenKey? Find(ImmutableArray<TaskTokenKey> keys, ReadOnlySpan<byte> id)
    {
        foreach (var key in keys)
        {
            if (id.SequenceEqual(key.Id))
                return key;
        }

        return null;
    }
}
