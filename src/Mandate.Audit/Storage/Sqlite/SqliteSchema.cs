using Microsoft.Data.Sqlite;

namespace Mandate.Audit.Storage.Sqlite;

/// <summary>
/// The tables and the triggers that keep events append-only. Version in <c>user_version</c>, migrated forward at start.
/// <list type="bullet">
/// <item><c>ledger</c>: a number for each tenant.</item>
/// <item><c>event</c>: canonical bytes and hash of each event, by <see cref="SqlitePlace"/>. Nothing else is stored of an event, so there is nothing that could contradict what was hashed.</item>
/// <item><c>block</c>: lowest and highest time of 1,024 neighbours; <c>search</c>: the terms of each event. Both can be made anew from the events.</item>
/// <item><c>checkpoint</c>, <c>node</c>: signed notes and the subtrees proofs are made of; <c>removed</c>: what retention took away; <c>position</c>: how far readers have come.</item>
/// </list>
/// </summary>
internal static class SqliteSchema
{
    public const int Version = 2;

    /// <summary><c>application_id</c> of a ledger: "MAud".</summary>
    public const int ApplicationId = 0x4D417564;

    // 18 is where the event id begins in the canonical bytes, counted from 1.
    private const string Tables = """
        CREATE TABLE ledger (number INTEGER PRIMARY KEY, tenant BLOB NOT NULL UNIQUE) STRICT;
        CREATE TABLE event (place INTEGER PRIMARY KEY, canonical BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
        CREATE UNIQUE INDEX event_by_id ON event (substr(canonical, 18, 16));
        CREATE TABLE block (place INTEGER PRIMARY KEY, low INTEGER NOT NULL, high INTEGER NOT NULL) STRICT;
        CREATE VIRTUAL TABLE search USING fts5(terms, content='', columnsize=0, detail=none, tokenize='ascii');
        CREATE TABLE checkpoint (
            ledger INTEGER NOT NULL, size INTEGER NOT NULL, time INTEGER NOT NULL, frontier BLOB NOT NULL, note TEXT NOT NULL,
            PRIMARY KEY (ledger, size)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE node (
            ledger INTEGER NOT NULL, level INTEGER NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL,
            PRIMARY KEY (ledger, level, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE removed (ledger INTEGER PRIMARY KEY, up_to INTEGER NOT NULL, hash BLOB NOT NULL, frontier BLOB NOT NULL) STRICT;
        CREATE TABLE position (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        """;

    public const string DeleteGuard = "event_is_never_deleted";

    private const string DeleteGuardBody = "BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END";

    // The third also stops INSERT OR REPLACE, for which SQLite runs no delete trigger.
    private static readonly (string Name, string Body)[] Guards =
    [
        ("event_is_never_updated", "BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END"),
        (DeleteGuard, DeleteGuardBody),
        ("event_is_only_appended", """
            BEFORE INSERT ON event
            WHEN NEW.place IS NOT 1 + coalesce(
                    (SELECT max(place) FROM event WHERE place >= ((NEW.place >> 40) << 40) AND place < (((NEW.place >> 40) + 1) << 40)),
                    (SELECT (ledger << 40) + up_to FROM removed WHERE ledger = (NEW.place >> 40)),
                    ((NEW.place >> 40) << 40))
                OR EXISTS (SELECT 1 FROM event WHERE substr(canonical, 18, 16) = substr(NEW.canonical, 18, 16))
            BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END
            """),
    ];

    /// <summary>Creates or checks the schema, migrates it and puts missing triggers back.</summary>
    /// <returns>How many triggers of an existing ledger had been removed.</returns>
    /// <exception cref="AuditStoreException">The file is another program's database, or of a newer version.</exception>
    public static int Ensure(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var fresh = connection.Scalar("SELECT count(*) FROM sqlite_schema") == 0;
        var migrated = false;
        if (fresh)
        {
            connection.Execute(Tables);
            connection.Execute($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version};");
        }
        else
        {
            var version = Check(connection);
            if (version < Version)
            {
                SqliteMigration.FromVersion1(connection, Tables);
                connection.Execute($"PRAGMA user_version = {Version};");
                migrated = true;
            }
        }

        var restored = 0;
        foreach (var (name, body) in Guards)
        {
            if (connection.Scalar($"SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name = '{name}'") > 0)
                continue;
            connection.Execute($"CREATE TRIGGER {name} {body}");
            restored += fresh || migrated ? 0 : 1;
        }

        transaction.Commit();
        return restored;
    }

    /// <summary>Checks that the file is a ledger this program can read.</summary>
    /// <returns>Its version.</returns>
    /// <exception cref="AuditStoreException">It is not.</exception>
    public static long Check(SqliteConnection connection)
    {
        if (connection.Scalar("PRAGMA application_id") != ApplicationId)
            throw new AuditStoreException($"'{connection.DataSource}' is a database, but not an audit ledger. Name another file.");
        var version = connection.Scalar("PRAGMA user_version");
        if (version is < 1 or > Version)
            throw new AuditStoreException($"'{connection.DataSource}' is an audit ledger of version {version}; this program writes version {Version}. Use the program that wrote it, or a newer one.");
        return version;
    }

    /// <summary>Lets events be deleted until the transaction ends or <see cref="Close"/> is called.</summary>
    public static void OpenForRemoval(SqliteConnection connection) => connection.Execute($"DROP TRIGGER {DeleteGuard}");

    public static void Close(SqliteConnection connection) => connection.Execute($"CREATE TRIGGER {DeleteGuard} {DeleteGuardBody}");
}
