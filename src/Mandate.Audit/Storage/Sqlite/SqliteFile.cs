using Microsoft.Data.Sqlite;

namespace Mandate.Audit.Storage.Sqlite;

/// <summary>Opens connections to a ledger's file.</summary>
internal sealed class SqliteFile(string path)
{
    private readonly string _readOnly = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, DefaultTimeout = 30 }.ToString();
    private readonly string _readWrite = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false }.ToString();

    public string Path => path;

    /// <summary>A pooled connection that cannot write: the file is opened for reading, and the authorizer refuses every statement that is not a read.</summary>
    /// <param name="isPrepared">Whether the authorizer is set; without it, for looking at what kind of file it is.</param>
    public SqliteConnection OpenReader(bool isPrepared = true) => Open(_readOnly, connection =>
    {
        // A connection of the pool may have been prepared before.
        SqliteAuthorizer.Clear(connection);
        connection.Execute("PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 1073741824;");
        if (isPrepared)
            SqliteAuthorizer.ReadOnly(connection);
    });

    /// <summary>The writer's connection: write-ahead log, each commit flushed to the disk before it returns.</summary>
    public SqliteConnection OpenWriter(long? maximumPages) => Open(_readWrite, connection =>
    {
        connection.Execute("""
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA busy_timeout = 10000;
            PRAGMA trusted_schema = OFF;
            PRAGMA cache_size = -65536;
            """);
        if (maximumPages is { } pages)
            connection.Scalar($"PRAGMA max_page_count = {pages}");
    });

    /// <summary>Closes pooled connections, so that the file is free.</summary>
    public void Release()
    {
        using var connection = new SqliteConnection(_readOnly);
        SqliteConnection.ClearPool(connection);
    }

    private static SqliteConnection Open(string connectionString, Action<SqliteConnection> prepare)
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            prepare(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
