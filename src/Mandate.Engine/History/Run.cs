using Mandate.Engine.History.Updates;
using Mandate.Engine.Storage;
using Mandate.Engine.Timers;

namespace Mandate.Engine.History;

/// <summary>One run in memory. Its state is dropped and read anew when a commit fails; those who wait on the run stay. Guarded by its chain's lock.</summary>
internal sealed class Run(WorkflowChain chain, long key, string runId)
{
    /// <summary>What a run takes beside its events, as measured.</summary>
    private const long RunOverhead = 4 * 1024;

    /// <summary>What the objects of an event take beside the bytes they carry, as measured.</summary>
    private const long EventOverhead = 768;

    private RunState? _state;
    private long _weight;
    private RunRow? _row;
    private int _resultWaiters;

    public WorkflowChain Chain { get; } = chain;

    public NamespaceEntry Namespace => Chain.Namespace;

    public string WorkflowId => Chain.WorkflowId;

    /// <summary>The store's number of the run.</summary>
    public long Key { get; } = key;

    public string RunId { get; } = runId;

    /// <summary>True when nobody waits on the run.</summary>
    public bool IsIdle => !Changed.HasWaiters && Queries.IsEmpty && Updates.IsEmpty;

    public bool IsLoaded => _state is not null;

    public RunState State
    {
        get => _state ?? throw new InvalidOperationException("The run's state is not loaded.");
        set => _state = value;
    }

    public RunRow Row
    {
        get => _row ?? throw new InvalidOperationException("The run's row is not loaded.");
        set => _row = value;
    }

    public HistoryLog Log { get; } = new();

    /// <summary>Time-out of the pending workflow task.</summary>
    public TimerEntry? TaskTimer { get; set; }

    /// <summary>End of the first task's back-off, or of the run's time.</summary>
    public TimerEntry? RunTimer { get; set; }

    /// <summary>Woken after every commit.</summary>
    public RunSignal Changed { get; } = new();

    public QueryRegistry Queries { get; } = new();

    /// <summary>Callers that wait for the run's end.</summary>
    public int ResultWaiters => Volatile.Read(ref _resultWaiters);

    public UpdateRegistry Updates { get; } = new();

    /// <summary>Tells the engine's memory what the run takes by now.</summary>
    public void Weigh(RunMemory memory)
    {
        var weight = _state is null ? 0 : RunOverhead + State.KeptBytes + Log.Bytes + (EventOverhead * Log.Count);
        memory.Change(weight - _weight);
        _weight = weight;
    }

    /// <summary>Somebody begins to wait for the run's end; under the lock, so that whoever looks at the run sees it.</summary>
    public void BeginResultWait() => Interlocked.Increment(ref _resultWaiters);

    public void EndResultWait() => Interlocked.Decrement(ref _resultWaiters);

    /// <summary>Takes the state out of memory; what is armed is disarmed.</summary>
    public void Unload(RunMemory memory)
    {
        if (_state is { } state)
        {
            foreach (var activity in state.Activities.Values)
                activity.Timer?.Cancel();
            foreach (var timer in state.Timers.Values)
                timer.Timer?.Cancel();
        }

        TaskTimer?.Cancel();
        TaskTimer = null;
        RunTimer?.Cancel();
        RunTimer = null;
        Log.Clear();
        Updates.TakeBack();
        Queries.Detach();
        _state = null;
        _row = null;
        Weigh(memory);
    }
}
