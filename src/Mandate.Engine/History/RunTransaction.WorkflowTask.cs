using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.Matching;
using Mandate.Engine.Storage;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

internal sealed partial class RunTransaction
{
    /// <summary>A worker that has not polled its own queue for this long is taken to be gone.</summary>
    private static readonly TimeSpan StickyPollerWindow = TimeSpan.FromSeconds(10);

    private bool _taskBypassesQueue;
    private bool _isReleased;

    /// <summary>
    /// Schedules a workflow task unless one is pending or the first is held back. From the second attempt on the task is transient: it has no events until it completes.
    /// </summary>
    public void ScheduleTask(DateTimeOffset? originalScheduledAt = null)
    {
        _wantsTask = false;
        if (State.WorkflowTask is not null || IsHeldBack)
            return;
        Transaction.Touch();
        var sticky = State.Sticky;
        if (sticky is not null && !StickyWorkerIsThere(sticky))
            sticky = null;
        if (State.NextAttempt > 1)
        {
            State.SetTransientTask(new()
            {
                ScheduledId = State.NextEventId,
                Attempt = State.NextAttempt,
                ScheduledAt = Now,
                OriginalScheduledAt = Now,
                StartToCloseTimeout = WorkflowTaskTimeouts.ForAttempt(State.TaskTimeout, State.NextAttempt),
            });
            return;
        }

        Append(new()
        {
            EventTime = Transaction.NowStamp,
            EventType = EventType.WorkflowTaskScheduled,
            WorkflowTaskScheduledEventAttributes = new()
            {
                TaskQueue = sticky is null
                    ? new() { Name = State.TaskQueue, Kind = TaskQueueKind.Normal }
                    : new() { Name = sticky.Name, Kind = TaskQueueKind.Sticky, NormalName = State.TaskQueue },
                StartToCloseTimeout = Duration.FromTimeSpan(State.TaskTimeout),
                Attempt = 1,
            },
        });
        State.RefineTask(task => task with
        {
            OriginalScheduledAt = originalScheduledAt ?? task.ScheduledAt,
            StickyQueue = sticky?.Name ?? "",
            StickyTimeout = sticky?.ScheduleToStartTimeout ?? TimeSpan.Zero,
        });
    }

    /// <summary>A worker takes the scheduled task. Its events are written now, those of a transient task when it completes.</summary>
    /// <param name="identity">The worker.</param>
    /// <param name="fromStickyQueue">False when a poll of the normal queue takes the task: the worker needs the whole history, and no cache counts any more.</param>
    public WorkflowTaskAnswer StartTask(string identity, bool fromStickyQueue)
    {
        var task = State.WorkflowTask ?? throw new InvalidOperationException("No workflow task is scheduled.");
        Transaction.Touch();
        if (!fromStickyQueue)
            State.Sticky = null;
        var attributes = StartedAttributes(task, identity);
        if (task.IsTransient)
            State.SetTransientTask(task with { StartedId = task.ScheduledId + 1, StartedAt = Now, StartedAttributes = attributes });
        else
            Append(StartedEvent(Now, attributes));

        State.RefineTask(started => started with { StickyQueue = fromStickyQueue ? started.StickyQueue : "" });
        return WorkflowTaskAnswer.Create(this, fromStickyQueue);
    }

    /// <summary>The starter is a worker of the queue itself and takes the first task with the answer to its start; null when the task has to wait.</summary>
    public WorkflowTaskAnswer? StartFirstTaskEagerly(string identity)
    {
        ScheduleTask();
        if (State.WorkflowTask is null)
            return null;
        BypassQueue();
        return StartTask(identity, fromStickyQueue: false);
    }

    /// <summary>The started task is answered: the events a transient task owes are written, then its completion.</summary>
    public HistoryEvent CompleteTask(WorkflowTaskCompletedEventAttributes attributes)
    {
        var task = State.WorkflowTask ?? throw new InvalidOperationException("No workflow task is started.");
        Transaction.Touch();
        if (task.IsTransient)
        {
            State.SetTransientTask(null);
            Append(new()
            {
                EventTime = task.ScheduledAt.ToTimestamp(),
                EventType = EventType.WorkflowTaskScheduled,
                WorkflowTaskScheduledEventAttributes = ScheduledAttributes(task),
            });
            Append(StartedEvent(task.StartedAt, task.StartedAttributes!));
        }

        attributes.ScheduledEventId = task.ScheduledId;
        attributes.StartedEventId = task.StartedId;
        return Record(new() { EventType = EventType.WorkflowTaskCompleted, WorkflowTaskCompletedEventAttributes = attributes });
    }

    /// <summary>The started task has failed. A transient one leaves no trace but its count.</summary>
    public void FailTask(WorkflowTaskFailedCause cause, Failure? failure, string identity, string binaryChecksum = "")
    {
        var task = State.WorkflowTask ?? throw new InvalidOperationException("No workflow task is started.");
        EndTaskAttempt(task, countUp: true, () => new()
        {
            EventType = EventType.WorkflowTaskFailed,
            WorkflowTaskFailedEventAttributes = new()
            {
                ScheduledEventId = task.ScheduledId,
                StartedEventId = task.StartedId,
                Cause = cause,
                Failure = failure,
                Identity = identity,
                BinaryChecksum = binaryChecksum,
            },
        });
    }

    /// <summary>The task has run out of time, on a worker or on its way to one.</summary>
    public void TimeOutTask(TimeoutType type)
    {
        var task = State.WorkflowTask ?? throw new InvalidOperationException("No workflow task is pending.");
        EndTaskAttempt(task, countUp: type == TimeoutType.StartToClose, () => new()
        {
            EventType = EventType.WorkflowTaskTimedOut,
            WorkflowTaskTimedOutEventAttributes = new()
            {
                ScheduledEventId = task.ScheduledId,
                StartedEventId = task.StartedId,
                TimeoutType = type,
            },
        });
    }

    /// <summary>The follow-up task goes to the worker that answered, with its answer: it is not offered to a queue.</summary>
    public void BypassQueue() => _taskBypassesQueue = true;

    /// <summary>Ends a start delay before its time.</summary>
    public void ReleaseFirstTask() => _isReleased = true;

    /// <summary>True until the first workflow task may be scheduled.</summary>
    private bool IsHeldBack => !State.HadTask && State.ExecutionTime > Now && !_isReleased;

    private bool StickyWorkerIsThere(StickyQueue sticky) =>
        Core.Matcher.TryGetQueue(new(Run.Namespace.Key, sticky.Name, IsActivity: false), out var queue) && queue!.HasRecentPoller(StickyPollerWindow);

    /// <summary>Rule: with a sticky queue the queue is forgotten and the attempt stays; without, the attempt counts up and the next task is transient, unless there is news.</summary>
    private void EndTaskAttempt(WorkflowTaskState task, bool countUp, Func<HistoryEvent> item)
    {
        Transaction.Touch();
        countUp &= State.Sticky is null;
        State.Sticky = null;
        if (task.IsTransient)
            State.SetTransientTask(null);
        else
            Record(item());
        State.SetNextAttempt(countUp ? task.Attempt + 1 : 1);
        Run.Queries.Detach();
        Run.Updates.TakeBack();
        if (FlushBuffer())
            State.SetNextAttempt(1);
    }

    /// <summary>News turns a waiting transient task back into a normal one.</summary>
    private void ReplaceTransientTask(EventType incoming)
    {
        if (incoming is EventType.WorkflowTaskScheduled or EventType.WorkflowTaskStarted or EventType.WorkflowTaskCompleted
            or EventType.WorkflowTaskFailed or EventType.WorkflowTaskTimedOut)
            return;
        if (State.WorkflowTask is { IsTransient: true, IsStarted: false })
        {
            State.SetTransientTask(null);
            _wantsTask = true;
        }

        if (State.WorkflowTask is null && State.NextAttempt > 1)
            State.SetNextAttempt(1);
    }

    private static HistoryEvent StartedEvent(DateTimeOffset at, WorkflowTaskStartedEventAttributes attributes) => new()
    {
        EventTime = at.ToTimestamp(),
        EventType = EventType.WorkflowTaskStarted,
        WorkflowTaskStartedEventAttributes = attributes,
    };

    private WorkflowTaskScheduledEventAttributes ScheduledAttributes(WorkflowTaskState task) => new()
    {
        TaskQueue = new() { Name = State.TaskQueue, Kind = TaskQueueKind.Normal },
        StartToCloseTimeout = Duration.FromTimeSpan(task.StartToCloseTimeout),
        Attempt = task.Attempt,
    };

    private WorkflowTaskStartedEventAttributes StartedAttributes(WorkflowTaskState task, string identity)
    {
        var limits = Core.Limits;
        var attributes = new WorkflowTaskStartedEventAttributes
        {
            ScheduledEventId = task.ScheduledId,
            Identity = identity,
            RequestId = Guid.CreateVersion7(Now).ToString(),
            HistorySizeBytes = State.HistorySize,
        };
        if (State.HistorySize >= limits.SuggestContinueAsNewBytes)
            attributes.SuggestContinueAsNewReasons.Add(SuggestContinueAsNewReason.HistorySizeTooLarge);
        if (State.LastEventId >= limits.SuggestContinueAsNewEvents)
            attributes.SuggestContinueAsNewReasons.Add(SuggestContinueAsNewReason.TooManyHistoryEvents);
        attributes.SuggestContinueAsNew = attributes.SuggestContinueAsNewReasons.Count > 0;
        return attributes;
    }

    /// <summary>The events of a started transient task as its worker sees them, before they are written.</summary>
    internal IReadOnlyList<HistoryEvent> TransientEvents(WorkflowTaskState task) =>
    [
        new()
        {
            EventId = task.ScheduledId,
            EventTime = task.ScheduledAt.ToTimestamp(),
            EventType = EventType.WorkflowTaskScheduled,
            WorkflowTaskScheduledEventAttributes = ScheduledAttributes(task),
        },
        new()
        {
            EventId = task.StartedId,
            EventTime = task.StartedAt.ToTimestamp(),
            EventType = EventType.WorkflowTaskStarted,
            WorkflowTaskStartedEventAttributes = task.StartedAttributes,
        },
    ];

    /// <summary>Brings a newly scheduled task to a worker: to one that polls already within the same commit, else to the queue after it.</summary>
    private void DispatchTask()
    {
        if (State.WorkflowTask is not { IsStarted: false } task || (ReferenceEquals(task, _taskBefore) && !_isResuming) || _taskBypassesQueue)
            return;
        var sticky = task.IsSticky;
        var key = new TaskQueueKey(Run.Namespace.Key, sticky ? task.StickyQueue : State.TaskQueue, IsActivity: false);
        if (!_isResuming && Transaction.TryReserve(Core.Matcher.Queue(key)) is { } poller)
        {
            var started = new WorkflowTaskItem(Core, Run, task, sticky) { Answer = StartTask(poller.Identity, sticky) };
            Transaction.Then(() =>
            {
                if (!poller.TryDeliver(started))
                    Core.Matcher.Offer(key, started, first: true);
            });
            return;
        }

        var scheduled = new WorkflowTaskItem(Core, Run, task, sticky);
        Transaction.Then(() => Core.Matcher.Offer(key, scheduled));
    }

    private void WriteTransientTask()
    {
        var task = State.WorkflowTask is { IsTransient: true } transient ? transient : null;
        if (task is not null && !ReferenceEquals(task, _taskBefore))
            Transaction.Write(new PartWritten(Run.Key, PartKind.WorkflowTask, 0, RunState.ToPart(task)));
        else if (task is null && _hadTransientTask)
            Transaction.Write(new PartDeleted(Run.Key, PartKind.WorkflowTask, 0));
    }
}
