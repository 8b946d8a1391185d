using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.Storage;
using Mandate.Engine.Visibility.Attributes;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

/// <summary>
/// One run within a decision. <see cref="Record"/> is the only way in which the run's history grows; everything that follows from events (timers to arm, tasks to offer,
/// messages to send) is derived here, so that it is the same whoever decided.
/// </summary>
internal sealed partial class RunTransaction
{
    private readonly List<HistoryEvent> _events = [];
    private readonly HashSet<long> _newPlaces = [];
    private readonly List<long> _removedPlaces = [];
    private readonly bool _hadTransientTask;
    private readonly WorkflowTaskState? _taskBefore;
    private bool _isNew;
    private bool _rowChanged;
    private bool _searchAttributesChanged;
    private bool _wantsTask;
    private bool _holdsBuffer;

    public RunTransaction(ChainTransaction transaction, Run run)
    {
        Transaction = transaction;
        Run = run;
        _taskBefore = run.State.WorkflowTask;
        _hadTransientTask = _taskBefore is { IsTransient: true };
    }

    public ChainTransaction Transaction { get; }

    public EngineCore Core => Transaction.Core;

    public Run Run { get; }

    public RunState State => Run.State;

    public DateTimeOffset Now => Transaction.Now;

    /// <summary>Events recorded with an id in this decision.</summary>
    public IReadOnlyList<HistoryEvent> Events => _events;

    /// <summary>Begins a run; its row is written with its first events.</summary>
    public static RunTransaction Begin(ChainTransaction transaction, HistoryEvent started, string runId, string requestId)
    {
        var core = transaction.Core;
        started.EventId = 1;
        started.EventTime = transaction.NowStamp;
        started.EventType = EventType.WorkflowExecutionStarted;
        var state = new RunState(runId);
        state.Apply(started);
        var row = new RunRow
        {
            Key = core.NextRunKey(),
            NamespaceKey = transaction.Chain.Namespace.Key,
            WorkflowId = transaction.Chain.WorkflowId,
            RunId = runId,
            FirstRunId = state.Started.FirstExecutionRunId,
            RequestId = requestId,
            Status = WorkflowExecutionStatus.Running,
            StartTime = transaction.Now,
            Info = new(),
        };
        row = row with { Info = RunInfo.Of(state, row, transaction.Chain.Namespace.SearchAttributes) };
        var run = transaction.Chain.Add(row, state);
        run.Log.Append(started);
        core.RunOpened();
        var result = new RunTransaction(transaction, run) { _isNew = true };
        result._events.Add(started);
        return result;
    }

    /// <summary>
    /// Records an event: it gets the next id, or, if it comes from outside while a workflow task is started, waits in the buffer for the task's end.
    /// </summary>
    /// <returns>The event; its id is 0 while it waits.</returns>
    public HistoryEvent Record(HistoryEvent item)
    {
        Transaction.Touch();
        item.EventTime ??= Transaction.NowStamp;
        if (EventKinds.EndedActivity(item) is var ended and not 0)
            _touchedActivities.Add(ended);
        if (EventKinds.IsBuffered(item.EventType) && (_holdsBuffer || State.WorkflowTask is { IsStarted: true }))
        {
            _newPlaces.Add(State.Buffer(item));
            return item;
        }

        ReplaceTransientTask(item.EventType);
        Append(item);
        return item;
    }

    /// <summary>Asks for a workflow task, so that the worker learns of what was recorded. Nothing happens when one is pending.</summary>
    public void WantTask() => _wantsTask = true;

    /// <summary>Keeps events from outside in the buffer, though no task is started: the commands of the finished one come first.</summary>
    public void HoldBuffer() => _holdsBuffer = true;

    /// <summary>Writes what waits in the buffer. True when there was anything.</summary>
    public bool FlushBuffer()
    {
        _holdsBuffer = false;
        if (State.Buffered.Count == 0)
            return false;
        Transaction.Touch();
        var activityStarts = new Dictionary<long, long>();
        var childStarts = new Dictionary<long, long>();
        foreach (var (place, item) in State.TakeBuffered())
        {
            if (!_newPlaces.Remove(place))
                _removedPlaces.Add(place);
            BufferedReferences.Rewire(item, activityStarts, childStarts);
            ReplaceTransientTask(item.EventType);
            Append(item);
            BufferedReferences.Remember(item, activityStarts, childStarts);
        }

        return true;
    }

    /// <summary>The run has ended: nothing follows the event that ends it.</summary>
    public void DropBuffer()
    {
        _holdsBuffer = false;
        foreach (var (place, _) in State.TakeBuffered())
        {
            if (!_newPlaces.Remove(place))
                _removedPlaces.Add(place);
        }
    }

    /// <summary>Takes back the firing of a timer that waits in the buffer. True when it had fired.</summary>
    public bool TakeBackTimerFired(string timerId)
    {
        if (State.TakeBufferedTimerFired(timerId) is not { } place)
            return false;
        Transaction.Touch();
        if (!_newPlaces.Remove(place))
            _removedPlaces.Add(place);
        return true;
    }

    /// <summary>Completes the run's share of the decision: tasks, timers, and what is to be written.</summary>
    public void Seal()
    {
        // A look changes nothing, and waking those who wait for a change would have them look again.
        if (!Transaction.IsDirty && !_isResuming && !_wantsTask)
            return;
        EndIfTooLarge();
        if (State.IsOpen)
        {
            if (_wantsTask)
                ScheduleTask();
            DispatchTask();
            DispatchActivities();
        }

        ArmTimers();
        Write();
        Run.Weigh(Core.Memory);
        Transaction.Then(Run.Changed.Wake);
    }

    /// <summary>A history past its limit is ended before it harms everybody, whoever made it grow.</summary>
    private void EndIfTooLarge()
    {
        if (!State.IsOpen)
            return;
        var limits = Core.Limits;
        if (State.LastEventId + State.Buffered.Count > limits.MaxHistoryEvents)
            Terminate($"The history has more than {limits.MaxHistoryEvents} events, which is the limit (EngineLimits.MaxHistoryEvents). Continue as new before that.", details: null, "engine");
        else if (State.HistorySize + State.BufferedBytes > limits.MaxHistoryBytes)
            Terminate($"The history has more than {limits.MaxHistoryBytes} bytes, which is the limit (EngineLimits.MaxHistoryBytes). Continue as new before that.", details: null, "engine");
    }

    private void Append(HistoryEvent item)
    {
        item.EventId = State.NextEventId;
        State.Apply(item);
        Run.Log.Append(item);
        _events.Add(item);
        Follow(item);
    }

    /// <summary>What an event entails beyond the state it changes.</summary>
    private void Follow(HistoryEvent item)
    {
        switch (item.EventType)
        {
            case EventType.ActivityTaskScheduled:
                _newActivities.Add(item.EventId);
                break;
            case EventType.TimerStarted:
                ArmTimer(State.Timers[item.TimerStartedEventAttributes.TimerId]);
                break;
            case EventType.StartChildWorkflowExecutionInitiated:
            case EventType.SignalExternalWorkflowExecutionInitiated:
            case EventType.RequestCancelExternalWorkflowExecutionInitiated:
                Send(item);
                break;
            case EventType.UpsertWorkflowSearchAttributes:
                _rowChanged = true;
                _searchAttributesChanged = true;
                break;
            case EventType.WorkflowPropertiesModified:
                _rowChanged = true;
                break;
            default:
                if (EventKinds.ClosesRun(item.EventType))
                    FollowClose();
                break;
        }
    }

    private void Write()
    {
        if (_isNew)
            Transaction.Write(new RunInserted(CurrentRow()));
        else if (_rowChanged)
            Transaction.Write(new RunUpdated(CurrentRow()));
        WriteSearchAttributes();
        if (_events.Count > 0)
            Transaction.Write(new EventsAppended(Run.Key, _events));
        foreach (var place in _removedPlaces)
            Transaction.Write(new PartDeleted(Run.Key, PartKind.BufferedEvent, place));
        if (_newPlaces.Count > 0)
        {
            // What is new stands at the end: a long buffer is not gone through for each event that joins it.
            for (var i = State.Buffered.Count - 1; i >= 0 && _newPlaces.Contains(State.Buffered[i].Place); i--)
                Transaction.Write(new PartWritten(Run.Key, PartKind.BufferedEvent, State.Buffered[i].Place, State.Buffered[i].Event));
        }

        WriteTransientTask();
        WriteActivities();
        if (!State.IsOpen && _rowChanged)
            Run.Log.Shrink();
    }

    private void WriteSearchAttributes()
    {
        if (_isNew ? State.SearchAttributes.IndexedFields.Count > 0 : _searchAttributesChanged)
            Transaction.Write(new SearchAttributesWritten(Run.Namespace.Key, Run.Key, IndexEntry.Of(State.SearchAttributes, Run.Namespace.SearchAttributes), _isNew));
    }

    private RunRow CurrentRow()
    {
        var row = Run.Row with
        {
            Status = State.Status,
            CloseTime = State.CloseEvent?.EventTime.ToDateTimeOffset(),
        };
        row = row with { Info = RunInfo.Of(State, row, Run.Namespace.SearchAttributes) };
        Run.Chain.SetRow(Run, row);
        return row;
    }
}
