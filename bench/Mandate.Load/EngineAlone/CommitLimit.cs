using System.Diagnostics;
using SQLitePCL;

namespace Mandate.Load.EngineAlone;

/// <summary>What SQLite itself does on this device: one row of the size of an event a transaction, one transaction after the other, with the engine's settings.</summary>
internal sealed class CommitLimit : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _insert;
    private TimeSpan _time;
    private long _commits;

    internal CommitLimit(string path, int rowBytes)
    {
        Batteries_V2.Init();
        Check(raw.sqlite3_open(path, out _database));
        Check(raw.sqlite3_exec(_database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; CREATE TABLE rows (key INTEGER PRIMARY KEY, value BLOB)"));
        Check(raw.sqlite3_prepare_v2(_database, "INSERT INTO rows (value) VALUES (?1)", out _insert));
        Check(raw.sqlite3_bind_blob(_insert, 1, new byte[rowBytes]));
    }

    /// <summary>Commits a second, over all the time it ran.</summary>
    internal double CommitsPerSecond => _commits / _time.TotalSeconds;

    /// <summary>Commits for so long.</summary>
    internal void Run(TimeSpan time)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            Check(raw.sqlite3_step(_insert));
            Check(raw.sqlite3_reset(_insert));
            _commits++;
        }

        _time += Stopwatch.GetElapsedTime(started);
    }

    public void Dispose()
    {
        _insert.Dispose();
        raw.sqlite3_close_v2(_database);
    }

    private static void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
            throw new InvalidOperationException($"SQLite answered {code}: {raw.sqlite3_errstr(code).utf8_to_string()}");
    }
}
