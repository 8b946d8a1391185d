using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.Frontend;
using Mandate.Engine.Matching;
using Mandate.Engine.Storage;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

/// <summary>
/// One decision on a workflow id, from the look at its state to what follows the commit. Everything here happens under the chain's lock, except
/// <see cref="Publish"/> and <see cref="GiveUp"/>.
/// </summary>
internal sealed class ChainTransaction(EngineCore core, WorkflowChain chain)
{
    private readonly List<RunTransaction> _runs = [];
    private readonly List<Action> _published = [];
    private readonly List<(TaskQueue Queue, Poller Poller)> _reserved = [];
    private StoreUnit? _unit;

    public EngineCore Core { get; } = core;

    public WorkflowChain Chain { get; } = chain;

    /// <summary>The time of the decision, which all its events carry.</summary>
    public DateTimeOffset Now { get; } = core.Now;

    public Timestamp NowStamp => field ??= Now.ToTimestamp();

    /// <summary>True once something was applied that memory cannot take back.</summary>
    public bool IsDirty { get; private set; }

    private StoreUnit Unit => _unit ??= new(Chain.Line);

    /// <summary>Opens a run for change, the newest when <paramref name="runId"/> is empty.</summary>
    /// <exception cref="Mandate.Protocol.RpcException">NOT_FOUND.</exception>
    public RunTransaction Open(string runId) => Open(Chain.Find(runId));

    /// <exception cref="Mandate.Protocol.RpcException">NOT_FOUND, also when the run has ended.</exception>
    public RunTransaction OpenRunning(string runId)
    {
        var run = Open(runId);
        return run.State.IsOpen ? run : throw Errors.RunClosed(Chain.WorkflowId);
    }

    /// <summary>The run that carries on the chain which <paramref name="firstRunId"/> began; the id itself when that is not the newest chain.</summary>
    public string ResolveInChain(string firstRunId) =>
        Chain.Latest is { } latest && firstRunId.Length > 0 && latest.FirstRunId == firstRunId ? latest.RunId : firstRunId;

    public RunTransaction? TryOpen(string runId) => Chain.TryFind(runId) is { } run ? Open(run) : null;

    public RunTransaction Open(Run run)
    {
        foreach (var open in _runs)
        {
            if (open.Run == run)
                return open;
        }

        var transaction = new RunTransaction(this, run);
        _runs.Add(transaction);
        return transaction;
    }

    /// <summary>Begins a run with its first event, whose id and time are set here.</summary>
    public RunTransaction Create(HistoryEvent started, string runId, string requestId)
    {
        Touch();
        var transaction = RunTransaction.Begin(this, started, runId, requestId);
        _runs.Add(transaction);
        return transaction;
    }

    /// <summary>Something is about to be applied: from here on a failed decision costs the memory state.</summary>
    public void Touch() => IsDirty = true;

    public void Write(StoreChange change) => Unit.Changes.Add(change);

    /// <summary>Adds what happens once the decision is durable.</summary>
    public void Then(Action effect) => _published.Add(effect);

    /// <summary>Takes a waiting poll for a task this decision starts.</summary>
    public Poller? TryReserve(TaskQueue queue)
    {
        var poller = queue.TryReserve();
        if (poller is not null)
            _reserved.Add((queue, poller));
        return poller;
    }

    /// <summary>Completes the decision and queues what it writes.</summary>
    /// <returns>Ends when this decision, and all before it, are durable.</returns>
    public Task Seal()
    {
        foreach (var run in _runs)
            run.Seal();
        if (_unit is { } unit)
            Chain.Enqueue(unit);
        return Chain.LastCommit;
    }

    /// <summary>The decision was broken off: nothing of it is written.</summary>
    public void Abandon()
    {
        ReturnPollers();
        if (IsDirty)
            Chain.Spoil();
    }

    /// <summary>The commit failed: nothing of the decision happened.</summary>
    public void GiveUp() => ReturnPollers();

    /// <summary>The decision is durable: tasks reach their polls, waiters wake.</summary>
    public void Publish()
    {
        foreach (var effect in _published)
            effect();
    }

    private void ReturnPollers()
    {
        foreach (var (queue, poller) in _reserved)
            queue.GiveBack(poller);
        _reserved.Clear();
    }
}
