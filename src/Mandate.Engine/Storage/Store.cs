using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Mandate.Engine.Storage;

/// <summary>The store of one engine: its lock, its writer and a pool of readers.</summary>
internal sealed class Store : IDisposable
{
    private const string FileName = "engine.db";

    private readonly string _path;
    private readonly string _directory;
    private readonly StoreLock _lock;
    private readonly IDisposable? _fileSizeSignal;
    private readonly StoreWriter _writer;
    private readonly ConcurrentBag<StoreReader> _readers = [];
    private volatile bool _isDisposed;

    private Store(string path, string directory, StoreLock storeLock, StoreWriter writer)
    {
        _path = path;
        _directory = directory;
        _lock = storeLock;
        _fileSizeSignal = FileSizeSignal.Handle();
        _writer = writer;
    }

    public StoreWriter Writer => _writer;

    /// <summary>Opens the store in <paramref name="directory"/>, creating and migrating it as needed.</summary>
    /// <exception cref="EngineStoreLockedException">Another engine owns the directory.</exception>
    /// <exception cref="EngineStoreException">The store cannot be opened.</exception>
    public static Store Open(string directory, EngineLimits limits, ILogger log)
    {
        var path = Path.Combine(directory, FileName);
        StoreLock storeLock;
        try
        {
            Directory.CreateDirectory(directory);
            storeLock = StoreLock.TryAcquire(directory, out var refusal) ?? throw new EngineStoreLockedException(directory, ReadOwner(path), refusal!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EngineStoreException(EngineStoreProblem.Unreadable, $"The data directory '{directory}' cannot be used: {error.Message}", error);
        }

        SqliteDatabase? database = null;
        try
        {
            database = SqliteDatabase.Open(path, readOnly: false);
            Configure(database, limits);
            StoreSchema.Migrate(database, directory);
            database.Execute($"INSERT OR REPLACE INTO owner (key, process) VALUES (1, {Environment.ProcessId})");
            return new Store(path, directory, storeLock, new StoreWriter(path, directory, database, limits, log));
        }
        catch (Exception error)
        {
            database?.Dispose();
            storeLock.Dispose();
            if (error is SqliteException sqlite)
                throw StoreFaults.Describe(sqlite, directory);
            throw;
        }
    }

    /// <summary>Settings of a writing connection. FULL with a write-ahead log means: a commit has reached the device when it returns. The log is copied by <see cref="StoreCheckpointer"/>.</summary>
    public static void Configure(SqliteDatabase database, EngineLimits limits)
    {
        if (database.ScalarText("PRAGMA journal_mode = WAL") != "wal")
            throw new InvalidOperationException("SQLite did not switch to a write-ahead log; the file system of the data directory must support shared memory.");
        database.Execute("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -16384; PRAGMA cell_size_check = ON");
        if (limits.MaxStoreBytes is { } bytes)
            database.Execute($"PRAGMA max_page_count = {Math.Max(1, bytes / database.ScalarInt64("PRAGMA page_size"))}");
    }

    /// <summary>Queues a unit; it is durable when <see cref="StoreUnit.Committed"/> ends.</summary>
    public void Enqueue(StoreUnit unit) => _writer.Enqueue(unit);

    /// <summary>Reads with a connection of the pool.</summary>
    /// <exception cref="EngineStoreException">The store cannot be read or is damaged.</exception>
    public T Read<T>(Func<StoreReader, T> read)
    {
        if (_isDisposed)
            throw new EngineStoreException(EngineStoreProblem.Unreadable, "The engine has stopped.");
        if (!_readers.TryTake(out var reader))
        {
            try
            {
                reader = new StoreReader(_path, _directory);
            }
            catch (SqliteException error)
            {
                throw StoreFaults.Describe(error, _directory);
            }
        }

        T result;
        try
        {
            result = read(reader);
        }
        catch
        {
            reader.Dispose();
            throw;
        }

        _readers.Add(reader);
        return result;
    }

    public void Dispose()
    {
        _writer.Stop();
        _isDisposed = true;
        while (_readers.TryTake(out var reader))
            reader.Dispose();
        _writer.Dispose();
        _fileSizeSignal?.Dispose();
        _lock.Dispose();
    }

    /// <summary>Which process opened the store last; null when that cannot be read.</summary>
    private static int? ReadOwner(string path)
    {
        try
        {
            using var database = SqliteDatabase.Open(path, readOnly: true);
            return database.ScalarInt64("SELECT process FROM owner") is var process and > 0 ? (int)process : null;
        }
        catch (SqliteException)
        {
            return null;
        }
    }
}
