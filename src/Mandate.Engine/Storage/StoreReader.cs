using Google.Protobuf;
using Mandate.Engine.Storage.Records;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.Workflow.V1;

namespace Mandate.Engine.Storage;

/// <summary>A read-only connection with its prepared statements; borrowed from <see cref="Store"/>.</summary>
internal sealed class StoreReader : IDisposable
{
    private const string RunColumns = "key, namespace, workflow_id, run_id, first_run_id, request_id, status, start_time, close_time, info";

    /// <summary>About a millisecond's work.</summary>
    private const int InstructionsBetweenLooks = 20_000;

    private readonly SqliteDatabase _database;
    private readonly string _directory;
    private readonly SqliteStatement _latestRun;
    private readonly SqliteStatement _run;
    private readonly SqliteStatement _runsOpen;
    private readonly SqliteStatement _runByKey;
    private readonly SqliteStatement _events;
    private readonly SqliteStatement _parts;
    private readonly SqliteStatement _outbox;
    private readonly SqliteStatement _namespaces;
    private readonly SqliteStatement _largestKey;
    private readonly SqliteStatement _latestBefore;
    private readonly SqliteStatement _closedBefore;

    public StoreReader(string path, string directory)
    {
        _directory = directory;
        _database = SqliteDatabase.Open(path, readOnly: true);
        _latestRun = _database.Prepare($"SELECT {RunColumns} FROM runs WHERE namespace = ?1 AND workflow_id = ?2 ORDER BY key DESC LIMIT 1");
        _run = _database.Prepare($"SELECT {RunColumns} FROM runs WHERE namespace = ?1 AND workflow_id = ?2 AND run_id = ?3 LIMIT 1");
        _runsOpen = _database.Prepare($"SELECT {RunColumns} FROM runs WHERE status = 1 ORDER BY key");
        _runByKey = _database.Prepare($"SELECT {RunColumns} FROM runs WHERE key = ?1");
        _events = _database.Prepare(
            """
            SELECT first, checksum, batch FROM events
            WHERE run = ?1 AND first >= coalesce((SELECT max(first) FROM events WHERE run = ?1 AND first <= ?2), 0)
            ORDER BY first
            """);
        _parts = _database.Prepare("SELECT kind, id, record FROM parts WHERE run = ?1 ORDER BY kind, id");
        _outbox = _database.Prepare("SELECT run, id, record FROM parts WHERE kind = ?1 ORDER BY run, id");
        _namespaces = _database.Prepare("SELECT key, name, record FROM namespaces ORDER BY key");
        _largestKey = _database.Prepare("SELECT max(key) FROM runs");
        _latestBefore = _database.Prepare($"SELECT {RunColumns} FROM runs WHERE namespace = ?1 AND workflow_id = ?2 AND key < ?3 ORDER BY key DESC LIMIT 1");
        _closedBefore = _database.Prepare("SELECT workflow_id, run_id FROM runs WHERE namespace = ?1 AND closed < ?2 ORDER BY closed LIMIT ?3 OFFSET ?4");
    }

    public RunRow? LatestRun(int namespaceKey, string workflowId) => One(_latestRun.Bind(1, namespaceKey).Bind(2, workflowId));

    /// <summary>The newest run of a workflow id that is older than the one with <paramref name="key"/>.</summary>
    public RunRow? LatestRunBefore(int namespaceKey, string workflowId, long key) => One(_latestBefore.Bind(1, namespaceKey).Bind(2, workflowId).Bind(3, key));

    public RunRow? Run(int namespaceKey, string workflowId, string runId) => One(_run.Bind(1, namespaceKey).Bind(2, workflowId).Bind(3, runId));

    public RunRow? Run(long key) => One(_runByKey.Bind(1, key));

    public List<RunRow> OpenRuns() => Rows(_runsOpen, ReadRun);

    public long LargestRunKey() => Rows(_largestKey, static s => s.Int64(0))[0];

    public List<(int Key, string Name, NamespaceRecord Record)> Namespaces() =>
        Rows(_namespaces, s => ((int)s.Int64(0), s.Text(1), Parse(NamespaceRecord.Parser, s.Blob(2), "a namespace")));

    /// <summary>Closed runs of a namespace that ended before a time, the oldest first.</summary>
    public List<(string WorkflowId, string RunId)> ClosedBefore(int namespaceKey, DateTimeOffset before, int skip, int count) => Rows(
        _closedBefore.Bind(1, namespaceKey).Bind(2, before.UtcTicks).Bind(3, count).Bind(4, skip),
        static s => (s.Text(0), s.Text(1)));

    /// <summary>Messages of closed runs that were not delivered yet.</summary>
    public List<(long Run, long Id, OutboxPart Message)> Outbox() =>
        Rows(_outbox.Bind(1, (long)PartKind.Outbox), s => (s.Int64(0), s.Int64(1), Parse(OutboxPart.Parser, s.Blob(2), "an outbox message")));

    /// <summary>A run's parts, ordered by kind and id; the bytes are copies.</summary>
    public List<(PartKind Kind, long Id, byte[] Record)> Parts(long run) =>
        Rows(_parts.Bind(1, run), static s => ((PartKind)s.Int64(0), s.Int64(1), s.Blob(2).ToArray()));

    /// <summary>
    /// A run's events from <paramref name="from"/> on, in order, until <paramref name="to"/> or until <paramref name="maxBytes"/> are passed.
    /// </summary>
    /// <exception cref="EngineStoreException">A batch is damaged, missing or in the wrong place.</exception>
    public List<HistoryEvent> Events(long run, long from = 1, long to = long.MaxValue, long maxBytes = long.MaxValue)
    {
        var events = new List<HistoryEvent>();
        _events.Bind(1, run).Bind(2, from);
        try
        {
            long expected = 0, bytes = 0;
            while (bytes < maxBytes && _events.Step())
            {
                var first = _events.Int64(0);
                var batch = _events.Blob(2);
                if ((uint)_events.Int64(1) != EventsAppended.Checksum(run, first, batch))
                    throw StoreFaults.Corrupt(_directory, $"the checksum of run {run}'s events from {first} on does not fit");
                if (first != expected && expected != 0)
                    throw StoreFaults.Corrupt(_directory, $"run {run} has no event {expected}");
                var parsed = Parse(HistoryMessage.Parser, batch, "a batch of events");
                foreach (var item in parsed.Events)
                {
                    if (item.EventId >= from && item.EventId <= to)
                        events.Add(item);
                }

                expected = first + parsed.Events.Count;
                bytes += batch.Length;
                if (expected > to)
                    break;
            }

            return events;
        }
        catch (SqliteException error)
        {
            throw StoreFaults.Describe(error, _directory);
        }
        finally
        {
            _events.Reset();
        }
    }

    /// <summary>Reads with statements of the caller's.</summary>
    /// <exception cref="OperationCanceledException">The caller has given up.</exception>
    public T Read<T>(Func<SqliteDatabase, T> read, CancellationToken cancellation)
    {
        _database.Watch(InstructionsBetweenLooks, () => cancellation.IsCancellationRequested);
        try
        {
            return read(_database);
        }
        catch (SqliteException error)
        {
            cancellation.ThrowIfCancellationRequested();
            throw StoreFaults.Describe(error, _directory);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw StoreFaults.Corrupt(_directory, "a run's row cannot be parsed", error);
        }
        finally
        {
            _database.Watch(0, stop: null);
        }
    }

    public void Dispose()
    {
        foreach (var statement in (SqliteStatement[])[_latestRun, _run, _runsOpen, _runByKey, _events, _parts, _outbox, _namespaces, _largestKey, _latestBefore, _closedBefore])
            statement.Dispose();
        _database.Dispose();
    }

    private RunRow? One(SqliteStatement statement)
    {
        var rows = Rows(statement, ReadRun);
        return rows.Count == 0 ? null : rows[0];
    }

    private List<T> Rows<T>(SqliteStatement statement, Func<SqliteStatement, T> read)
    {
        try
        {
            var rows = new List<T>();
            while (statement.Step())
                rows.Add(read(statement));
            return rows;
        }
        catch (SqliteException error)
        {
            throw StoreFaults.Describe(error, _directory);
        }
        finally
        {
            statement.Reset();
        }
    }

    private RunRow ReadRun(SqliteStatement s) => new()
    {
        Key = s.Int64(0),
        NamespaceKey = (int)s.Int64(1),
        WorkflowId = s.Text(2),
        RunId = s.Text(3),
        FirstRunId = s.Text(4),
        RequestId = s.Text(5),
        Status = (WorkflowExecutionStatus)s.Int64(6),
        StartTime = new DateTimeOffset(s.Int64(7), TimeSpan.Zero),
        CloseTime = s.IsNull(8) ? null : new DateTimeOffset(s.Int64(8), TimeSpan.Zero),
        Info = Parse(WorkflowExecutionInfo.Parser, s.Blob(9), "a run's row"),
    };

    private T Parse<T>(MessageParser<T> parser, ReadOnlySpan<byte> bytes, string what)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw StoreFaults.Corrupt(_directory, $"{what} cannot be parsed", error);
        }
    }
}
