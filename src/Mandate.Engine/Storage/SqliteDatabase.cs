using SQLitePCL;

namespace Mandate.Engine.Storage;

/// <summary>One connection. Not safe for concurrent use: each belongs to one thread at a time.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    private readonly sqlite3 _handle;

    static SqliteDatabase() => Batteries_V2.Init();

    private SqliteDatabase(sqlite3 handle) => _handle = handle;

    /// <summary>Opens a connection; <paramref name="readOnly"/> ones never take a write lock.</summary>
    public static SqliteDatabase Open(string path, bool readOnly)
    {
        var flags = raw.SQLITE_OPEN_NOMUTEX | (readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);
        var code = raw.sqlite3_open_v2(path, out var handle, flags, null);
        var database = new SqliteDatabase(handle);
        try
        {
            raw.sqlite3_extended_result_codes(handle, 1);
            database.Check(code);
            raw.sqlite3_busy_timeout(handle, 5_000);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>False inside an open transaction.</summary>
    public bool AutoCommit => raw.sqlite3_get_autocommit(_handle) != 0;

    /// <summary>
    /// Asks <paramref name="stop"/> after every so many instructions of running statements; once it says so they fail with <c>SQLITE_INTERRUPT</c>. Null ends the asking.
    /// </summary>
    public void Watch(int instructions, Func<bool>? stop)
    {
        if (stop is null)
            raw.sqlite3_progress_handler(_handle, 0, null, null);
        else
            raw.sqlite3_progress_handler(_handle, instructions, _ => stop() ? 1 : 0, null);
    }

    /// <summary>Copies of the write-ahead log into the file what no reader or writer is in the way of.</summary>
    /// <returns>Pages in the log, and how many of them have been copied by now.</returns>
    public (int Log, int Copied) CopyLog()
    {
        Check(raw.sqlite3_wal_checkpoint_v2(_handle, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out var log, out var copied));
        return (log, copied);
    }

    /// <summary>Pages this connection has written since this was asked last.</summary>
    public int TakePagesWritten() => raw.sqlite3_db_status(_handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, resetFlg: 1) == raw.SQLITE_OK ? pages : 0;

    public SqliteStatement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement));
        return new SqliteStatement(this, statement);
    }

    /// <summary>Runs statements whose rows, if any, do not matter.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    public long ScalarInt64(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    public string? ScalarText(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Text(0) : null;
    }

    /// <summary>Throws for everything but success.</summary>
    public void Check(int code)
    {
        if (code is raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE)
            return;
        throw new SqliteException(code, raw.sqlite3_errmsg(_handle).utf8_to_string() ?? raw.sqlite3_errstr(code).utf8_to_string() ?? "unknown error");
    }

    public void Dispose() => _handle.manual_close_v2();
}
