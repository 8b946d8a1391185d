using Google.Protobuf;
using Mandate.Engine.Storage;
using Mandate.Engine.Storage.Records;
using Mandate.Engine.Visibility;
using Mandate.Engine.Visibility.Attributes;
using Mandate.Engine.Visibility.Listing;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Testing;

namespace Mandate.Engine.Tests.Visibility;

/// <summary>The tables of lists in a file of their own, with one custom attribute of each type.</summary>
internal sealed class VisibilityDatabase : IDisposable
{
    public const int Namespace = 1;

    private readonly TemporaryDirectory _directory = new();

    public VisibilityDatabase()
    {
        Database = SqliteDatabase.Open(_directory.File("test.db"), readOnly: false);
        Database.Execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
        Database.Execute(VisibilitySchema.Tables);
        Database.Execute(VisibilitySchema.Indexes);
        Database.Execute(VisibilitySchema.Statistics);
        // Statistics are read when a connection learns of the tables.
        Database.Dispose();
        Database = SqliteDatabase.Open(_directory.File("test.db"), readOnly: false);
        Database.Execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
        var records = new List<SearchAttributeRecord>();
        foreach (var type in Enum.GetValues<IndexedValueType>().Where(t => t != IndexedValueType.Unspecified))
            SearchAttributeRegistry.Add(records, $"Custom{type}", type);
        SearchAttributeRegistry.Add(records, "odd name", IndexedValueType.Keyword);
        Catalog = SearchAttributeRegistry.Catalog(records);
    }

    public SqliteDatabase Database { get; }

    public SearchAttributeCatalog Catalog { get; }

    public void Insert(params IEnumerable<TestRun> runs)
    {
        Database.Execute("BEGIN");
        using var insert = Database.Prepare(
            $"""
            INSERT INTO runs (key, namespace, workflow_id, run_id, first_run_id, request_id, status, start_time, close_time, info, {RunColumns.Fixed}, {RunColumns.Final})
            VALUES (?1, ?2, ?3, ?4, ?4, '', ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
            """);
        using var index = Database.Prepare("INSERT INTO search_attributes (namespace, attribute, value, run) VALUES (?1, ?2, ?3, ?4)");
        foreach (var run in runs)
        {
            var info = run.ToInfo();
            insert.Bind(1, run.Key).Bind(2, Namespace).Bind(3, run.WorkflowId).Bind(4, run.RunId).Bind(5, (long)run.Status).Bind(6, run.Start.UtcTicks);
            if (run.Close is { } close)
                insert.Bind(7, close.UtcTicks);
            else
                insert.BindNull(7);
            insert.Bind(8, info.ToByteArray());
            RunColumns.BindFixed(insert, 9, info);
            RunColumns.BindFinal(insert, 9 + RunColumns.FixedCount, info);
            insert.Run();
            foreach (var entry in IndexEntry.Of(info.SearchAttributes, Catalog))
            {
                index.Bind(1, Namespace).Bind(2, entry.Attribute).Bind(4, run.Key);
                SqlText.Bind(index, 3, entry.Value);
                index.Run();
            }
        }

        Database.Execute("COMMIT");
    }

    public void Replace(TestRun run)
    {
        Database.Execute($"DELETE FROM runs WHERE key = {run.Key}; DELETE FROM search_attributes WHERE run = {run.Key}");
        Insert(run);
    }

    public ListWorkflowExecutionsResponse Page(string query, int size = 0, ByteString? token = null) =>
        new RunList(Database, Namespace, Catalog).Read(query, size, token ?? ByteString.Empty);

    /// <summary>The keys of every page, one after the other.</summary>
    public List<long> All(string query, int size = 0)
    {
        var keys = new List<long>();
        var token = ByteString.Empty;
        do
        {
            var page = Page(query, size, token);
            keys.AddRange(Keys(page));
            token = page.NextPageToken;
        }
        while (!token.IsEmpty);
        return keys;
    }

    public static IEnumerable<long> Keys(ListWorkflowExecutionsResponse page) => page.Executions.Select(e => long.Parse(e.Execution.RunId["run-".Length..]));

    public CountWorkflowExecutionsResponse Count(string query) => new RunCount(Database, Namespace, Catalog).Read(query);

    public void Dispose()
    {
        Database.Dispose();
        _directory.Dispose();
    }
}
