using Microsoft.Data.Sqlite;

namespace Mandate.Audit.Storage;

/// <summary>Opens connections to a ledger's file.</summary>
internal sealed class AuditStore(string path)
{
    private readonly string _readOnly = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, DefaultTimeout = 30 }.ToString();
    private readonly string _readWrite = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false }.ToString();

    public string Path => path;

    /// <summary>A pooled connection that cannot write.</summary>
    public SqliteConnection OpenReader()
    {
        var connection = new SqliteConnection(_readOnly);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The writer's connection: write-ahead log, each commit flushed to the disk before it returns.</summary>
    public SqliteConnection OpenWriter(long? maximumPages)
    {
        var connection = new SqliteConnection(_readWrite);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = """
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA busy_timeout = 10000;
                PRAGMA trusted_schema = OFF;
                """;
            command.ExecuteNonQuery();
            if (maximumPages is { } pages)
            {
                using var limit = new SqliteStatement(connection, $"PRAGMA max_page_count = {pages}");
                limit.Execute();
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Closes pooled connections, so that the file is free.</summary>
    public void Release()
    {
        using var connection = new SqliteConnection(_readOnly);
        SqliteConnection.ClearPool(connection);
    }
}
