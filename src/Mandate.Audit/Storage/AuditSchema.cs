using Microsoft.Data.Sqlite;

namespace Mandate.Audit.Storage;

/// <summary>The ledger's one table, its indexes and the triggers that keep it append-only. Version in <c>user_version</c>, migrated forward at start.</summary>
internal static class AuditSchema
{
    public const int Version = 1;

    /// <summary><c>application_id</c> of a ledger: "MAud".</summary>
    public const int ApplicationId = 0x4D417564;

    private const string Tables = """
        CREATE TABLE event (
            id INTEGER PRIMARY KEY,
            tenant TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            format INTEGER NOT NULL,
            event_id BLOB NOT NULL,
            time INTEGER NOT NULL,
            type TEXT NOT NULL,
            action TEXT NOT NULL,
            result TEXT NOT NULL,
            resource_type TEXT NOT NULL,
            resource_id TEXT NOT NULL,
            actor_type TEXT NOT NULL,
            actor_id TEXT NOT NULL,
            actor_address TEXT NOT NULL,
            context BLOB NOT NULL,
            metadata BLOB NOT NULL,
            previous_hash BLOB NOT NULL,
            hash BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX event_by_sequence ON event (tenant, sequence);
        CREATE UNIQUE INDEX event_by_event_id ON event (event_id);
        CREATE INDEX event_by_resource ON event (tenant, resource_type, resource_id, sequence);
        """;

    // The third also stops INSERT OR REPLACE, for which SQLite runs no delete trigger.
    private static readonly (string Name, string Body)[] Guards =
    [
        ("event_is_never_updated", "BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END"),
        ("event_is_never_deleted", "BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END"),
        ("event_is_only_appended", """
            BEFORE INSERT ON event
            WHEN NEW.sequence IS NOT 1 + coalesce((SELECT max(sequence) FROM event WHERE tenant = NEW.tenant), 0)
                OR EXISTS (SELECT 1 FROM event WHERE event_id = NEW.event_id)
                OR EXISTS (SELECT 1 FROM event WHERE id = NEW.id)
            BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END
            """),
    ];

    /// <summary>Creates or checks the schema and puts missing triggers back.</summary>
    /// <returns>How many triggers of an existing ledger had been removed.</returns>
    /// <exception cref="AuditStoreException">The file is another program's database, or of a newer version.</exception>
    public static int Ensure(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var fresh = Scalar(connection, "SELECT count(*) FROM sqlite_schema") == 0;
        if (fresh)
        {
            Execute(connection, Tables);
            Execute(connection, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version};");
        }
        else
        {
            Check(connection);
        }

        var restored = 0;
        foreach (var (name, body) in Guards)
        {
            if (Scalar(connection, $"SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name = '{name}'") > 0)
                continue;
            Execute(connection, $"CREATE TRIGGER {name} {body}");
            restored += fresh ? 0 : 1;
        }

        transaction.Commit();
        return restored;
    }

    private static void Check(SqliteConnection connection)
    {
        if (Scalar(connection, "PRAGMA application_id") != ApplicationId)
            throw new AuditStoreException($"'{connection.DataSource}' is a database, but not an audit ledger. Name another file.");
        var version = Scalar(connection, "PRAGMA user_version");
        if (version != Version)
            throw new AuditStoreException($"'{connection.DataSource}' is an audit ledger of version {version}; this program writes version {Version}. Use the program that wrote it, or a newer one.");
    }

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using var statement = new SqliteStatement(connection, sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constant texts of this file
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
