using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.Storage.Records;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

internal sealed partial class RunState
{
    /// <summary>The pending workflow task, scheduled or started.</summary>
    public WorkflowTaskState? WorkflowTask { get; private set; }

    /// <summary>Attempt the next task will have.</summary>
    public int NextAttempt { get; private set; } = 1;

    /// <summary>The queue of the worker that has the run cached. Forgotten at a restart: the normal queue with full history is always right.</summary>
    public StickyQueue? Sticky { get; set; }

    /// <summary>WorkflowTaskStarted of the last completed task; 0 before the first.</summary>
    public long PreviousStartedId { get; private set; }

    public bool HasCompletedTask => PreviousStartedId != 0;

    /// <summary>True once any task was scheduled: the first may be held back by a delay.</summary>
    public bool HadTask { get; private set; }

    public TimeSpan TaskTimeout => Durations.Of(Started.WorkflowTaskTimeout);

    /// <summary>The task that has no events yet was scheduled, taken or dropped.</summary>
    public void SetTransientTask(WorkflowTaskState? task)
    {
        WorkflowTask = task;
        if (task is not null)
            NextAttempt = task.Attempt;
    }

    /// <summary>Adds what no event holds of a scheduled task.</summary>
    public void RefineTask(Func<WorkflowTaskState, WorkflowTaskState> change)
    {
        if (WorkflowTask is { } task)
            WorkflowTask = change(task);
    }

    public void SetNextAttempt(int attempt) => NextAttempt = attempt;

    public static WorkflowTaskPart ToPart(WorkflowTaskState task)
    {
        var part = new WorkflowTaskPart
        {
            Attempt = task.Attempt,
            Scheduled = task.ScheduledAt.ToTimestamp(),
            StartedAttributes = task.StartedAttributes,
        };
        if (task.IsStarted)
            part.Started = task.StartedAt.ToTimestamp();
        return part;
    }

    public void Restore(WorkflowTaskPart part) => SetTransientTask(new()
    {
        ScheduledId = NextEventId,
        StartedId = part.Started is null ? 0 : NextEventId + 1,
        Attempt = part.Attempt,
        ScheduledAt = part.Scheduled.ToDateTimeOffset(),
        OriginalScheduledAt = part.Scheduled.ToDateTimeOffset(),
        StartedAt = part.Started?.ToDateTimeOffset() ?? default,
        StartedAttributes = part.StartedAttributes,
        StartToCloseTimeout = WorkflowTaskTimeouts.ForAttempt(TaskTimeout, part.Attempt),
    });

    private void ApplyWorkflowTask(HistoryEvent item)
    {
        switch (item.EventType)
        {
            case EventType.WorkflowTaskScheduled:
                var scheduled = item.WorkflowTaskScheduledEventAttributes;
                WorkflowTask = new()
                {
                    ScheduledId = item.EventId,
                    Attempt = scheduled.Attempt,
                    ScheduledAt = item.EventTime.ToDateTimeOffset(),
                    OriginalScheduledAt = item.EventTime.ToDateTimeOffset(),
                    StartToCloseTimeout = Durations.Of(scheduled.StartToCloseTimeout),
                };
                NextAttempt = scheduled.Attempt;
                HadTask = true;
                break;
            case EventType.WorkflowTaskStarted:
                RefineTask(task => task with
                {
                    StartedId = item.EventId,
                    StartedAt = item.EventTime.ToDateTimeOffset(),
                    StartedAttributes = item.WorkflowTaskStartedEventAttributes,
                });
                break;
            case EventType.WorkflowTaskCompleted:
                PreviousStartedId = item.WorkflowTaskCompletedEventAttributes.StartedEventId;
                WorkflowTask = null;
                NextAttempt = 1;
                break;
            default:
                // Whether the next attempt counts up depends on stickiness, which the transaction knows; at a restart the transient task's part says it.
                WorkflowTask = null;
                break;
        }
    }
}
