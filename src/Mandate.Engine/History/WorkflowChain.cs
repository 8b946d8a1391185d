using Mandate.Engine.Frontend;
using Mandate.Engine.Storage;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

/// <summary>
/// All runs of one workflow id. The chain's lock is the unit of decision: a start looks at the run before, and a run and its continuation change together, without a second
/// lock. It is held while deciding, never while a commit is awaited.
/// </summary>
internal sealed class WorkflowChain(NamespaceEntry ns, string workflowId, Store store, RunMemory memory)
{
    private readonly Dictionary<string, Run> _runs = new(StringComparer.Ordinal);

    /// <summary>Keys of runs whose removal was decided; the store may show them until the commit.</summary>
    private readonly HashSet<long> _removed = [];

    private RunRow? _latest;
    private bool _latestKnown;
    private bool _mustReload;

    public Lock Gate { get; } = new();

    public NamespaceEntry Namespace { get; } = ns;

    public string WorkflowId { get; } = workflowId;

    /// <summary>The memory state that is being decided on.</summary>
    public CommitLine Line { get; private set; } = new();

    /// <summary>Ends when everything decided so far is durable.</summary>
    public Task LastCommit { get; private set; } = Task.CompletedTask;

    /// <summary>Set when the chain was taken out of the directory: whoever still holds it looks it up again.</summary>
    public bool IsEvicted { get; set; }

    public IReadOnlyCollection<Run> Runs => _runs.Values;

    /// <summary>True when no run is open, as far as is known without a look into the store.</summary>
    public bool IsClosed => _latestKnown && _latest is not { IsOpen: true };

    /// <summary>True when nothing would be lost by forgetting the chain.</summary>
    public bool IsIdle => IsClosed && !NeedsReload && LastCommit.IsCompleted && _runs.Values.All(r => r.IsIdle);

    /// <summary>Set while the chain is in line for being forgotten.</summary>
    public bool IsInLine { get; set; }

    /// <summary>True when memory no longer says what the store says.</summary>
    public bool NeedsReload => _mustReload || Line.Loss is not null;

    /// <summary>The newest run, open or closed; null when there is none.</summary>
    public RunRow? Latest
    {
        get
        {
            if (!_latestKnown)
            {
                _latest = ReadLatest();
                _latestKnown = true;
            }

            return _latest;
        }
    }

    public void Enqueue(StoreUnit unit)
    {
        LastCommit = unit.Committed;
        store.Enqueue(unit);
    }

    /// <summary>A decision was left half applied: memory is dropped, once what was decided before is durable.</summary>
    public void Spoil() => _mustReload = true;

    /// <summary>Drops what memory says; the next look reads the store. Only once <see cref="LastCommit"/> has ended.</summary>
    public IReadOnlyList<Run> Reset()
    {
        var loaded = _runs.Values.Where(r => r.IsLoaded).ToArray();
        foreach (var run in _runs.Values)
            run.Unload(memory);
        _latestKnown = false;
        _mustReload = false;
        _removed.Clear();
        Line = new();
        LastCommit = Task.CompletedTask;
        return loaded;
    }

    /// <summary>A new run, which becomes the newest.</summary>
    public Run Add(RunRow row, RunState state)
    {
        var run = new Run(this, row.Key, row.RunId) { Row = row, State = state };
        _runs.Add(row.RunId, run);
        SetLatest(row);
        return run;
    }

    /// <summary>The row of a run has changed.</summary>
    public void SetRow(Run run, RunRow row)
    {
        run.Row = row;
        if (_latest?.Key == row.Key)
            _latest = row;
    }

    /// <summary>Finds a run, the newest when <paramref name="runId"/> is empty, and loads its state.</summary>
    /// <exception cref="Mandate.Protocol.RpcException">NOT_FOUND.</exception>
    public Run Find(string runId) => TryFind(runId) ?? throw Errors.RunNotFound(WorkflowId, runId);

    public Run? TryFind(string runId)
    {
        if (runId.Length == 0)
        {
            if (Latest is not { } latest)
                return null;
            runId = latest.RunId;
        }

        if (_runs.TryGetValue(runId, out var known) && known.IsLoaded)
            return known;
        var row = Latest is { } newest && newest.RunId == runId ? newest : store.Read(r => r.Run(Namespace.Key, WorkflowId, runId));
        if (row is null || _removed.Contains(row.Key))
        {
            _runs.Remove(runId);
            return null;
        }

        var run = known ?? new Run(this, row.Key, row.RunId);
        Load(run, row);
        _runs[runId] = run;
        return run;
    }

    /// <summary>The row of a run, without its state; null when there is none.</summary>
    public RunRow? RowOf(string runId)
    {
        if (_runs.TryGetValue(runId, out var known) && known.IsLoaded)
            return known.Row;
        return store.Read(r => r.Run(Namespace.Key, WorkflowId, runId)) is { } row && !_removed.Contains(row.Key) ? row : null;
    }

    /// <summary>Takes runs that have ended, which a later one has followed, out of memory: a chain that goes on for years must not keep them all. Nothing happens while a commit is awaited.</summary>
    public void ForgetEnded()
    {
        if (!LastCommit.IsCompleted || NeedsReload)
            return;
        foreach (var run in _runs.Values.Where(r => r.IsLoaded && !r.Row.IsOpen && r.Key != _latest?.Key && r.IsIdle).ToArray())
        {
            run.Unload(memory);
            _runs.Remove(run.RunId);
        }
    }

    /// <summary>Takes everything out of memory.</summary>
    public void Unload()
    {
        foreach (var run in _runs.Values)
            run.Unload(memory);
        _runs.Clear();
    }

    /// <summary>Forgets a run whose removal is being decided.</summary>
    public void Remove(Run run)
    {
        run.Unload(memory);
        _removed.Add(run.Key);
        _runs.Remove(run.RunId);
        if (_latest?.Key == run.Key)
            _latestKnown = false;
    }

    private RunRow? ReadLatest()
    {
        var row = store.Read(r => r.LatestRun(Namespace.Key, WorkflowId));
        while (row is not null && _removed.Contains(row.Key))
        {
            var removed = row.Key;
            row = store.Read(r => r.LatestRunBefore(Namespace.Key, WorkflowId, removed));
        }

        return row;
    }

    private void SetLatest(RunRow row)
    {
        _latest = row;
        _latestKnown = true;
    }

    private void Load(Run run, RunRow row)
    {
        var (events, parts) = store.Read(r => (r.Events(row.Key), r.Parts(row.Key)));
        run.State = RunReplay.Rebuild(row, events, parts);
        run.Row = row;
        run.Log.Load(events);
        run.Weigh(memory);
    }
}
