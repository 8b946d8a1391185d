using Mandate.Engine.Visibility;

namespace Mandate.Engine.Storage;

/// <summary>
/// The tables, by version. A store is brought forward at start, one version at a time, each in a transaction of its own; the version is SQLite's <c>user_version</c>.
/// A step that has shipped never changes: a new version adds a step.
/// </summary>
internal static class StoreSchema
{
    private static readonly Action<SqliteDatabase>[] Steps =
    [
        // 1: histories and what belongs to them
        database => database.Execute("""
        CREATE TABLE namespaces (
            key INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            record BLOB NOT NULL);
        CREATE TABLE runs (
            key INTEGER PRIMARY KEY,
            namespace INTEGER NOT NULL,
            workflow_id TEXT NOT NULL,
            run_id TEXT NOT NULL,
            first_run_id TEXT NOT NULL,
            request_id TEXT NOT NULL,
            status INTEGER NOT NULL,
            start_time INTEGER NOT NULL,
            close_time INTEGER,
            info BLOB NOT NULL);
        CREATE INDEX runs_by_workflow ON runs (namespace, workflow_id, key);
        CREATE INDEX runs_open ON runs (key) WHERE status = 1;
        CREATE TABLE events (
            run INTEGER NOT NULL,
            first INTEGER NOT NULL,
            checksum INTEGER NOT NULL,
            batch BLOB NOT NULL,
            PRIMARY KEY (run, first)) WITHOUT ROWID;
        CREATE TABLE parts (
            run INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            id INTEGER NOT NULL,
            record BLOB NOT NULL,
            PRIMARY KEY (run, kind, id)) WITHOUT ROWID;
        """),
        // 2: lists, counts and search attributes
        VisibilityMigration.Run,
        // 3: the process that has the store open. Some stores of version 2 have the table.
        database => database.Execute("CREATE TABLE IF NOT EXISTS owner (key INTEGER PRIMARY KEY CHECK (key = 1), process INTEGER NOT NULL)"),
    ];

    public static int CurrentVersion => Steps.Length;

    /// <exception cref="EngineStoreException">The store is newer than this program.</exception>
    public static void Migrate(SqliteDatabase database, string directory)
    {
        var version = (int)database.ScalarInt64("PRAGMA user_version");
        if (version > CurrentVersion)
        {
            throw new EngineStoreException(
                EngineStoreProblem.TooNew,
                $"The store in '{directory}' has schema version {version}; this program knows versions up to {CurrentVersion}. Run the newer version of Mandate, or choose another directory.");
        }

        for (; version < CurrentVersion; version++)
        {
            database.Execute("BEGIN IMMEDIATE");
            Steps[version](database);
            database.Execute($"PRAGMA user_version = {version + 1}");
            database.Execute("COMMIT");
        }
    }
}
