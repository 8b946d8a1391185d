using Microsoft.Data.Sqlite;

namespace Mandate.Audit.Tests;

/// <summary>Somebody with write access to the database file who knows SQL: removes triggers and the unique index, then does as he likes.</summary>
internal sealed class Intruder : IDisposable
{
    private readonly SqliteConnection _connection;

    public Intruder(string path, bool keepGuards = false)
    {
        _connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        _connection.Open();
        Run("PRAGMA synchronous = OFF");
        if (keepGuards)
            return;
        Run("DROP TRIGGER IF EXISTS event_is_never_updated");
        Run("DROP TRIGGER IF EXISTS event_is_never_deleted");
        Run("DROP TRIGGER IF EXISTS event_is_only_appended");
        Run("DROP INDEX IF EXISTS event_by_id");
    }

    public int Run(string sql, params ReadOnlySpan<object> values)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
            command.Parameters.AddWithValue($"${i + 1}", values[i]);
        return command.ExecuteNonQuery();
    }

    public T Read<T>(string sql, params ReadOnlySpan<object> values)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
            command.Parameters.AddWithValue($"${i + 1}", values[i]);
        return (T)command.ExecuteScalar()!;
    }

    public void Dispose() => _connection.Dispose();
}
