using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

/// <summary>
/// What is known of a run. It changes through <see cref="Apply"/> alone, one event after the other, so replaying the stored events rebuilds the same state; the few
/// facts no event holds (attempts of activities, buffered events, transient tasks) come from the store's parts.
/// </summary>
/// <remarks>Applying is idempotent for events that were buffered first: their effect is applied when they happen, their id when they are written.</remarks>
internal sealed partial class RunState(string runId)
{
    private HistoryEvent? _started;
    private long _startedBytes;

    /// <summary>The first event.</summary>
    public HistoryEvent StartedEvent => _started ?? throw new InvalidOperationException("The run has no events.");

    public WorkflowExecutionStartedEventAttributes Started => StartedEvent.WorkflowExecutionStartedEventAttributes;

    public string RunId { get; } = runId;

    public string WorkflowId => Started.WorkflowId;

    public string WorkflowType => Started.WorkflowType.Name;

    public string TaskQueue => Started.TaskQueue.Name;

    public DateTimeOffset StartTime { get; private set; }

    /// <summary>When the first workflow task may be scheduled: later than <see cref="StartTime"/> after a delay, a cron or a retry back-off.</summary>
    public DateTimeOffset ExecutionTime { get; private set; }

    public WorkflowExecutionStatus Status { get; private set; } = WorkflowExecutionStatus.Running;

    public bool IsOpen => Status == WorkflowExecutionStatus.Running;

    /// <summary>The event that closed the run.</summary>
    public HistoryEvent? CloseEvent { get; private set; }

    /// <summary>The run that carries on after this one ended; empty without one.</summary>
    public string ContinuedRunId => CloseEvent?.AttributesCase switch
    {
        HistoryEvent.AttributesOneofCase.WorkflowExecutionContinuedAsNewEventAttributes => CloseEvent.WorkflowExecutionContinuedAsNewEventAttributes.NewExecutionRunId,
        HistoryEvent.AttributesOneofCase.WorkflowExecutionCompletedEventAttributes => CloseEvent.WorkflowExecutionCompletedEventAttributes.NewExecutionRunId,
        HistoryEvent.AttributesOneofCase.WorkflowExecutionFailedEventAttributes => CloseEvent.WorkflowExecutionFailedEventAttributes.NewExecutionRunId,
        HistoryEvent.AttributesOneofCase.WorkflowExecutionTimedOutEventAttributes => CloseEvent.WorkflowExecutionTimedOutEventAttributes.NewExecutionRunId,
        _ => "",
    };

    /// <summary>When the run's time is up, by its own or by the whole execution's time-out; null without one.</summary>
    public DateTimeOffset? RunExpiresAt { get; private set; }

    /// <summary>Id of the next event to be written.</summary>
    public long NextEventId { get; private set; } = 1;

    public long LastEventId => NextEventId - 1;

    /// <summary>Bytes of the events written so far.</summary>
    public long HistorySize { get; private set; }

    /// <summary>
    /// Bytes of the events that are kept for what they say, as estimated: the first one, those that wait for their end, those that wait for an id.
    /// </summary>
    public long KeptBytes
    {
        get
        {
            var pending = Activities.Count + Children.Count + ExternalSignals.Count + ExternalCancels.Count + (2 * Updates.Count);
            return Math.Min(HistorySize, _startedBytes + (pending * (HistorySize / Math.Max(1, LastEventId)))) + BufferedBytes;
        }
    }

    public bool CancelRequested { get; private set; }

    /// <summary>The memo after all changes.</summary>
    public Memo Memo { get; private set; } = new();

    /// <summary>The search attributes after all changes.</summary>
    public SearchAttributes SearchAttributes { get; private set; } = new();

    /// <summary>Request ids of recorded signals.</summary>
    public HashSet<string> SignalRequestIds { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, TimerState> Timers { get; } = new(StringComparer.Ordinal);

    /// <summary>Accepted updates by id.</summary>
    public Dictionary<string, UpdateState> Updates { get; } = new(StringComparer.Ordinal);

    /// <summary>Applies one event; events come in the order of their ids, without a gap.</summary>
    public void Apply(HistoryEvent item)
    {
        if (item.EventId != NextEventId)
            throw new InvalidOperationException($"Event {item.EventId} ({item.EventType}) was applied where event {NextEventId} was due.");
        NextEventId++;
        HistorySize += item.CalculateSize();
        ApplyEffect(item);
    }

    private void ApplyEffect(HistoryEvent item)
    {
        switch (item.EventType)
        {
            case EventType.WorkflowExecutionStarted:
                ApplyStarted(item);
                break;
            case EventType.WorkflowExecutionSignaled:
                if (item.WorkflowExecutionSignaledEventAttributes.RequestId is { Length: > 0 } requestId)
                    SignalRequestIds.Add(requestId);
                break;
            case EventType.WorkflowExecutionCancelRequested:
                CancelRequested = true;
                break;
            case EventType.WorkflowTaskScheduled:
            case EventType.WorkflowTaskStarted:
            case EventType.WorkflowTaskCompleted:
            case EventType.WorkflowTaskFailed:
            case EventType.WorkflowTaskTimedOut:
                ApplyWorkflowTask(item);
                break;
            case EventType.ActivityTaskScheduled:
            case EventType.ActivityTaskCancelRequested:
            case EventType.ActivityTaskCompleted:
            case EventType.ActivityTaskFailed:
            case EventType.ActivityTaskTimedOut:
            case EventType.ActivityTaskCanceled:
                ApplyActivity(item);
                break;
            case EventType.TimerStarted:
                var timer = item.TimerStartedEventAttributes;
                Timers.Add(timer.TimerId, new(timer.TimerId, item.EventId, item.EventTime.ToDateTimeOffset() + Durations.Of(timer.StartToFireTimeout)));
                break;
            case EventType.TimerFired:
                RemoveTimer(item.TimerFiredEventAttributes.TimerId, item.TimerFiredEventAttributes.StartedEventId);
                break;
            case EventType.TimerCanceled:
                RemoveTimer(item.TimerCanceledEventAttributes.TimerId, item.TimerCanceledEventAttributes.StartedEventId);
                break;
            case EventType.UpsertWorkflowSearchAttributes:
                SearchAttributes = Fields.Upsert(SearchAttributes, item.UpsertWorkflowSearchAttributesEventAttributes.SearchAttributes);
                break;
            case EventType.WorkflowPropertiesModified:
                Memo = Fields.Upsert(Memo, item.WorkflowPropertiesModifiedEventAttributes.UpsertedMemo);
                break;
            case EventType.WorkflowExecutionUpdateAccepted:
                var accepted = item.WorkflowExecutionUpdateAcceptedEventAttributes;
                Updates[accepted.ProtocolInstanceId] = new(item.EventId, accepted.AcceptedRequest);
                break;
            case EventType.WorkflowExecutionUpdateCompleted:
                var completed = item.WorkflowExecutionUpdateCompletedEventAttributes;
                if (Updates.TryGetValue(completed.Meta.UpdateId, out var update))
                    update.Outcome = completed.Outcome;
                break;
            default:
                if (EventKinds.ClosesRun(item.EventType))
                    ApplyClose(item);
                else
                    ApplyExternal(item);
                break;
        }
    }

    private void ApplyStarted(HistoryEvent item)
    {
        _started = item;
        _startedBytes = item.CalculateSize();
        StartTime = item.EventTime.ToDateTimeOffset();
        ExecutionTime = StartTime + Durations.Of(Started.FirstWorkflowTaskBackoff);
        if (Durations.Of(Started.WorkflowRunTimeout) is var runTimeout && runTimeout > TimeSpan.Zero)
            RunExpiresAt = ExecutionTime + runTimeout;
        if (Started.WorkflowExecutionExpirationTime?.ToDateTimeOffset() is { } end && end < (RunExpiresAt ?? DateTimeOffset.MaxValue))
            RunExpiresAt = end;
        Memo = Started.Memo ?? new();
        SearchAttributes = Started.SearchAttributes ?? new();
    }

    private void ApplyClose(HistoryEvent item)
    {
        CloseEvent = item;
        WorkflowTask = null;
        Status = item.EventType switch
        {
            EventType.WorkflowExecutionCompleted => WorkflowExecutionStatus.Completed,
            EventType.WorkflowExecutionFailed => WorkflowExecutionStatus.Failed,
            EventType.WorkflowExecutionTimedOut => WorkflowExecutionStatus.TimedOut,
            EventType.WorkflowExecutionCanceled => WorkflowExecutionStatus.Canceled,
            EventType.WorkflowExecutionTerminated => WorkflowExecutionStatus.Terminated,
            _ => WorkflowExecutionStatus.ContinuedAsNew,
        };
    }

    /// <summary>The id tells the timer meant from a later one of the same name.</summary>
    private void RemoveTimer(string timerId, long startedId)
    {
        if (Timers.TryGetValue(timerId, out var timer) && timer.StartedId == startedId)
        {
            timer.Timer?.Cancel();
            Timers.Remove(timerId);
        }
    }
}
