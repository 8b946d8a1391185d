using Google.Protobuf;
using Mandate.Engine.Storage;
using Mandate.Engine.Storage.Records;
using Mandate.Engine.Visibility.Attributes;
using Mandate.Engine.Visibility.Listing;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Workflow.V1;

namespace Mandate.Engine.Visibility;

/// <summary>Brings a store of version 1, which could not be searched, to version 2.</summary>
/// <remarks>
/// <list type="number">
/// <item>The table of runs gets its new columns, filled from what each row shows of its run.</item>
/// <item>Version 1 took any search attribute. Those that say their type are registered, so that the workflows which set them go on; of two types the first that fits wins.</item>
/// <item>The runs' attributes are indexed.</item>
/// <item>Indexes and statistics come last: building an index at once is faster than growing it.</item>
/// </list>
/// </remarks>
internal static class VisibilityMigration
{
    public static void Run(SqliteDatabase database)
    {
        database.Execute("DROP INDEX runs_by_workflow; DROP INDEX runs_open; ALTER TABLE runs RENAME TO runs_before");
        database.Execute(VisibilitySchema.Tables);
        var namespaces = ReadNamespaces(database);
        CopyRuns(database, namespaces);
        WriteNamespaces(database, namespaces);
        IndexAttributes(database, namespaces);
        database.Execute("DROP TABLE runs_before");
        database.Execute(VisibilitySchema.Indexes);
        database.Execute(VisibilitySchema.Statistics);
    }

    private static Dictionary<long, NamespaceRecord> ReadNamespaces(SqliteDatabase database)
    {
        using var select = database.Prepare("SELECT key, record FROM namespaces");
        var namespaces = new Dictionary<long, NamespaceRecord>();
        while (select.Step())
            namespaces.Add(select.Int64(0), NamespaceRecord.Parser.ParseFrom(select.Blob(1)));
        return namespaces;
    }

    private static void WriteNamespaces(SqliteDatabase database, Dictionary<long, NamespaceRecord> namespaces)
    {
        using var update = database.Prepare("UPDATE namespaces SET record = ?2 WHERE key = ?1");
        foreach (var (key, record) in namespaces)
            update.Bind(1, key).Bind(2, record.ToByteArray()).Run();
    }

    private static void CopyRuns(SqliteDatabase database, Dictionary<long, NamespaceRecord> namespaces)
    {
        const string kept = "key, namespace, workflow_id, run_id, first_run_id, request_id, status, start_time, close_time, info";
        using var select = database.Prepare("SELECT key, namespace, info FROM runs_before ORDER BY key");
        using var insert = database.Prepare(
            $"""
            INSERT INTO runs ({kept}, {RunColumns.Fixed}, {RunColumns.Final})
            SELECT {kept}, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11 FROM runs_before WHERE key = ?1
            """);
        while (select.Step())
        {
            var info = WorkflowExecutionInfo.Parser.ParseFrom(select.Blob(2));
            insert.Bind(1, select.Int64(0));
            RunColumns.BindFixed(insert, 2, info);
            RunColumns.BindFinal(insert, 2 + RunColumns.FixedCount, info);
            insert.Run();
            if (namespaces.TryGetValue(select.Int64(1), out var record))
                Register(record, info);
        }
    }

    private static void Register(NamespaceRecord record, WorkflowExecutionInfo info)
    {
        foreach (var (name, payload) in info.SearchAttributes?.IndexedFields ?? [])
        {
            var type = SearchAttributePayload.TypeOf(payload);
            if (type != IndexedValueType.Unspecified && SearchAttributeRegistry.Refuse(name, type, SearchAttributeRegistry.Catalog(record.SearchAttributes)) is null)
                SearchAttributeRegistry.Add(record.SearchAttributes, name, type);
        }
    }

    private static void IndexAttributes(SqliteDatabase database, Dictionary<long, NamespaceRecord> namespaces)
    {
        var catalogs = namespaces.ToDictionary(n => n.Key, n => SearchAttributeRegistry.Catalog(n.Value.SearchAttributes));
        using var select = database.Prepare("SELECT key, namespace, info FROM runs_before ORDER BY key");
        using var insert = database.Prepare("INSERT INTO search_attributes (namespace, attribute, value, run) VALUES (?1, ?2, ?3, ?4)");
        while (select.Step())
        {
            if (!catalogs.TryGetValue(select.Int64(1), out var catalog))
                continue;
            foreach (var entry in IndexEntry.Of(WorkflowExecutionInfo.Parser.ParseFrom(select.Blob(2)).SearchAttributes, catalog))
            {
                insert.Bind(1, select.Int64(1)).Bind(2, entry.Attribute).Bind(4, select.Int64(0));
                SqlText.Bind(insert, 3, entry.Value);
                insert.Run();
            }
        }
    }
}
