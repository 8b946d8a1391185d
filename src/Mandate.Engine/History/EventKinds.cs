using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

/// <summary>Classes of event types.</summary>
internal static class EventKinds
{
    /// <summary>
    /// Whether an event that happens while a workflow task is started waits in the buffer: everything that comes from outside the task
    /// (activity, timer, child and external results, signals, cancel requests).
    /// </summary>
    public static bool IsBuffered(EventType type) => type is
        EventType.ActivityTaskStarted or EventType.ActivityTaskCompleted or EventType.ActivityTaskFailed or EventType.ActivityTaskTimedOut
        or EventType.ActivityTaskCanceled or EventType.TimerFired or EventType.WorkflowExecutionSignaled or EventType.WorkflowExecutionCancelRequested
        or EventType.StartChildWorkflowExecutionFailed or EventType.ChildWorkflowExecutionStarted or EventType.ChildWorkflowExecutionCompleted
        or EventType.ChildWorkflowExecutionFailed or EventType.ChildWorkflowExecutionCanceled or EventType.ChildWorkflowExecutionTimedOut
        or EventType.ChildWorkflowExecutionTerminated or EventType.ExternalWorkflowExecutionSignaled or EventType.SignalExternalWorkflowExecutionFailed
        or EventType.ExternalWorkflowExecutionCancelRequested or EventType.RequestCancelExternalWorkflowExecutionFailed
        or EventType.WorkflowExecutionOptionsUpdated;

    /// <summary>Whether the event ends an activity or a child; when the buffer is written these go last, after the signals they may have raced with.</summary>
    public static bool EndsActivityOrChild(EventType type) => type is
        EventType.ActivityTaskCompleted or EventType.ActivityTaskFailed or EventType.ActivityTaskTimedOut or EventType.ActivityTaskCanceled
        or EventType.ChildWorkflowExecutionCompleted or EventType.ChildWorkflowExecutionFailed or EventType.ChildWorkflowExecutionCanceled
        or EventType.ChildWorkflowExecutionTimedOut or EventType.ChildWorkflowExecutionTerminated;

    /// <summary>Whether the event ends the run.</summary>
    public static bool ClosesRun(EventType type) => type is
        EventType.WorkflowExecutionCompleted or EventType.WorkflowExecutionFailed or EventType.WorkflowExecutionTimedOut
        or EventType.WorkflowExecutionCanceled or EventType.WorkflowExecutionTerminated or EventType.WorkflowExecutionContinuedAsNew;

    /// <summary>The scheduled event id of the activity an event ends; 0 for other events.</summary>
    public static long EndedActivity(HistoryEvent item) => item.EventType switch
    {
        EventType.ActivityTaskCompleted => item.ActivityTaskCompletedEventAttributes.ScheduledEventId,
        EventType.ActivityTaskFailed => item.ActivityTaskFailedEventAttributes.ScheduledEventId,
        EventType.ActivityTaskTimedOut => item.ActivityTaskTimedOutEventAttributes.ScheduledEventId,
        EventType.ActivityTaskCanceled => item.ActivityTaskCanceledEventAttributes.ScheduledEventId,
        _ => 0,
    };
}
