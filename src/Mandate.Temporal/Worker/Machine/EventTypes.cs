using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>What the protocol says about types of events and commands.</summary>
internal static class EventTypes
{
    /// <summary>Whether the event records a command of a workflow task.</summary>
    internal static bool IsCommandEvent(this HistoryEvent e) => e.EventType is
        EventType.ActivityTaskScheduled or
        EventType.ActivityTaskCancelRequested or
        EventType.TimerStarted or
        EventType.TimerCanceled or
        EventType.MarkerRecorded or
        EventType.StartChildWorkflowExecutionInitiated or
        EventType.SignalExternalWorkflowExecutionInitiated or
        EventType.RequestCancelExternalWorkflowExecutionInitiated or
        EventType.UpsertWorkflowSearchAttributes or
        EventType.WorkflowPropertiesModified or
        EventType.WorkflowExecutionUpdateAccepted or
        EventType.WorkflowExecutionUpdateCompleted or
        EventType.NexusOperationScheduled or
        EventType.NexusOperationCancelRequested or
        EventType.WorkflowExecutionCompleted or
        EventType.WorkflowExecutionFailed or
        EventType.WorkflowExecutionCanceled or
        EventType.WorkflowExecutionContinuedAsNew;

    /// <summary>Whether no event follows this one in the run.</summary>
    internal static bool IsFinal(this HistoryEvent e) => e.EventType is
        EventType.WorkflowExecutionCompleted or
        EventType.WorkflowExecutionFailed or
        EventType.WorkflowExecutionCanceled or
        EventType.WorkflowExecutionContinuedAsNew or
        EventType.WorkflowExecutionTimedOut or
        EventType.WorkflowExecutionTerminated;

    /// <summary>Whether a workflow task that was started ended without its commands being taken.</summary>
    internal static bool VoidsWorkflowTask(this HistoryEvent e) => e.EventType is
        EventType.WorkflowTaskFailed or
        EventType.WorkflowTaskTimedOut or
        EventType.WorkflowExecutionTimedOut or
        EventType.WorkflowExecutionTerminated or
        EventType.WorkflowExecutionCanceled;

    /// <summary>The event that records a command; a protocol message is recorded as acceptance or completion of an update.</summary>
    internal static bool Records(this EventType type, CommandType command) => command switch
    {
        CommandType.ScheduleActivityTask => type == EventType.ActivityTaskScheduled,
        CommandType.RequestCancelActivityTask => type == EventType.ActivityTaskCancelRequested,
        CommandType.StartTimer => type == EventType.TimerStarted,
        CommandType.CancelTimer => type == EventType.TimerCanceled,
        CommandType.RecordMarker => type == EventType.MarkerRecorded,
        CommandType.StartChildWorkflowExecution => type == EventType.StartChildWorkflowExecutionInitiated,
        CommandType.SignalExternalWorkflowExecution => type == EventType.SignalExternalWorkflowExecutionInitiated,
        CommandType.RequestCancelExternalWorkflowExecution => type == EventType.RequestCancelExternalWorkflowExecutionInitiated,
        CommandType.UpsertWorkflowSearchAttributes => type == EventType.UpsertWorkflowSearchAttributes,
        CommandType.ModifyWorkflowProperties => type == EventType.WorkflowPropertiesModified,
        CommandType.ProtocolMessage => type is EventType.WorkflowExecutionUpdateAccepted or EventType.WorkflowExecutionUpdateCompleted,
        CommandType.CompleteWorkflowExecution => type == EventType.WorkflowExecutionCompleted,
        CommandType.FailWorkflowExecution => type == EventType.WorkflowExecutionFailed,
        CommandType.CancelWorkflowExecution => type == EventType.WorkflowExecutionCanceled,
        CommandType.ContinueAsNewWorkflowExecution => type == EventType.WorkflowExecutionContinuedAsNew,
        _ => false,
    };

    /// <summary>Id of the command event that an event is about, or 0 when it is about none.</summary>
    internal static long InitiatingEventId(this HistoryEvent e) => e.AttributesCase switch
    {
        HistoryEvent.AttributesOneofCase.ActivityTaskStartedEventAttributes => e.ActivityTaskStartedEventAttributes.ScheduledEventId,
        HistoryEvent.AttributesOneofCase.ActivityTaskCompletedEventAttributes => e.ActivityTaskCompletedEventAttributes.ScheduledEventId,
        HistoryEvent.AttributesOneofCase.ActivityTaskFailedEventAttributes => e.ActivityTaskFailedEventAttributes.ScheduledEventId,
        HistoryEvent.AttributesOneofCase.ActivityTaskTimedOutEventAttributes => e.ActivityTaskTimedOutEventAttributes.ScheduledEventId,
        HistoryEvent.AttributesOneofCase.ActivityTaskCanceledEventAttributes => e.ActivityTaskCanceledEventAttributes.ScheduledEventId,
        HistoryEvent.AttributesOneofCase.TimerFiredEventAttributes => e.TimerFiredEventAttributes.StartedEventId,
        HistoryEvent.AttributesOneofCase.StartChildWorkflowExecutionFailedEventAttributes => e.StartChildWorkflowExecutionFailedEventAttributes.InitiatedEventId,
        HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionStartedEventAttributes => e.ChildWorkflowExecutionStartedEventAttributes.InitiatedEventId,
        HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionCompletedEventAttributes => e.ChildWorkflowExecutionCompletedEventAttributes.InitiatedEventId,
        HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionFailedEventAttributes => e.ChildWorkflowExecutionFailedEventAttributes.InitiatedEventId,
        HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionCanceledEventAttributes => e.ChildWorkflowExecutionCanceledEventAttributes.InitiatedEventId,
        HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionTimedOutEventAttributes => e.ChildWorkflowExecutionTimedOutEventAttributes.InitiatedEventId,
        HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionTerminatedEventAttributes => e.ChildWorkflowExecutionTerminatedEventAttributes.InitiatedEventId,
        HistoryEvent.AttributesOneofCase.ExternalWorkflowExecutionSignaledEventAttributes => e.ExternalWorkflowExecutionSignaledEventAttributes.InitiatedEventId,
        HistoryEvent.AttributesOneofCase.SignalExternalWorkflowExecutionFailedEventAttributes => e.SignalExternalWorkflowExecutionFailedEventAttributes.InitiatedEventId,
        HistoryEvent.AttributesOneofCase.ExternalWorkflowExecutionCancelRequestedEventAttributes => e.ExternalWorkflowExecutionCancelRequestedEventAttributes.InitiatedEventId,
        HistoryEvent.AttributesOneofCase.RequestCancelExternalWorkflowExecutionFailedEventAttributes => e.RequestCancelExternalWorkflowExecutionFailedEventAttributes.InitiatedEventId,
        _ => 0,
    };

    /// <summary>Events that tell the workflow nothing.</summary>
    internal static bool IsOfNoConcern(this HistoryEvent e) => e.EventType is
        EventType.WorkflowTaskScheduled or
        EventType.WorkflowTaskTimedOut or
        EventType.WorkflowExecutionUpdateRejected or
        EventType.WorkflowPropertiesModifiedExternally or
        EventType.ActivityPropertiesModifiedExternally or
        EventType.WorkflowExecutionOptionsUpdated or
        EventType.WorkflowExecutionPaused or
        EventType.WorkflowExecutionUnpaused or
        EventType.WorkflowExecutionTimeSkippingTransitioned;
}
