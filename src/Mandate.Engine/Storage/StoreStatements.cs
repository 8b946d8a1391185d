using Mandate.Engine.Visibility;

namespace Mandate.Engine.Storage;

/// <summary>The writer's prepared statements.</summary>
internal sealed class StoreStatements(SqliteDatabase database) : IDisposable
{
    public SqliteStatement Begin { get; } = database.Prepare("BEGIN IMMEDIATE");

    public SqliteStatement Commit { get; } = database.Prepare("COMMIT");

    public SqliteStatement InsertEvents { get; } = database.Prepare("INSERT INTO events (run, first, checksum, batch) VALUES (?1, ?2, ?3, ?4)");

    public SqliteStatement InsertRun { get; } = database.Prepare(
        $"""
        INSERT INTO runs (key, namespace, workflow_id, run_id, first_run_id, request_id, status, start_time, close_time, info, {RunColumns.Fixed}, {RunColumns.Final})
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
        """);

    public SqliteStatement UpdateRun { get; } = database.Prepare(
        $"UPDATE runs SET status = ?2, close_time = ?3, info = ?4, ({RunColumns.Final}) = (?5, ?6, ?7) WHERE key = ?1");

    public SqliteStatement InsertSearchAttribute { get; } = database.Prepare("INSERT INTO search_attributes (namespace, attribute, value, run) VALUES (?1, ?2, ?3, ?4)");

    public SqliteStatement DeleteSearchAttributes { get; } = database.Prepare("DELETE FROM search_attributes WHERE run = ?1");

    public SqliteStatement UpsertPart { get; } = database.Prepare("INSERT OR REPLACE INTO parts (run, kind, id, record) VALUES (?1, ?2, ?3, ?4)");

    public SqliteStatement DeletePart { get; } = database.Prepare("DELETE FROM parts WHERE run = ?1 AND kind = ?2 AND id = ?3");

    public SqliteStatement DeleteRunEvents { get; } = database.Prepare("DELETE FROM events WHERE run = ?1");

    public SqliteStatement DeleteRunParts { get; } = database.Prepare("DELETE FROM parts WHERE run = ?1");

    public SqliteStatement DeleteRun { get; } = database.Prepare("DELETE FROM runs WHERE key = ?1");

    public SqliteStatement UpsertNamespace { get; } = database.Prepare("INSERT OR REPLACE INTO namespaces (key, name, record) VALUES (?1, ?2, ?3)");

    public void Dispose()
    {
        Begin.Dispose();
        Commit.Dispose();
        InsertEvents.Dispose();
        InsertRun.Dispose();
        UpdateRun.Dispose();
        InsertSearchAttribute.Dispose();
        DeleteSearchAttributes.Dispose();
        UpsertPart.Dispose();
        DeletePart.Dispose();
        DeleteRunEvents.Dispose();
        DeleteRunParts.Dispose();
        DeleteRun.Dispose();
        UpsertNamespace.Dispose();
    }
}
