using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>Names events and commands in errors: type and identity, never payloads.</summary>
internal static class HistoryText
{
    internal static string Of(HistoryEvent e) => Identity(e) is { } identity
        ? $"event {e.EventId} {e.EventType} ({identity})"
        : $"event {e.EventId} {e.EventType}";

    internal static string Of(Command command) => Identity(command) is { } identity
        ? $"{command.CommandType} ({identity})"
        : command.CommandType.ToString();

    private static string? Identity(HistoryEvent e) => e.AttributesCase switch
    {
        HistoryEvent.AttributesOneofCase.ActivityTaskScheduledEventAttributes =>
            $"activity '{e.ActivityTaskScheduledEventAttributes.ActivityId}' of type '{e.ActivityTaskScheduledEventAttributes.ActivityType?.Name}'",
        HistoryEvent.AttributesOneofCase.ActivityTaskCancelRequestedEventAttributes =>
            $"activity scheduled by event {e.ActivityTaskCancelRequestedEventAttributes.ScheduledEventId}",
        HistoryEvent.AttributesOneofCase.TimerStartedEventAttributes => $"timer '{e.TimerStartedEventAttributes.TimerId}'",
        HistoryEvent.AttributesOneofCase.TimerCanceledEventAttributes => $"timer '{e.TimerCanceledEventAttributes.TimerId}'",
        HistoryEvent.AttributesOneofCase.TimerFiredEventAttributes => $"timer '{e.TimerFiredEventAttributes.TimerId}'",
        HistoryEvent.AttributesOneofCase.StartChildWorkflowExecutionInitiatedEventAttributes =>
            $"child '{e.StartChildWorkflowExecutionInitiatedEventAttributes.WorkflowId}' of type '{e.StartChildWorkflowExecutionInitiatedEventAttributes.WorkflowType?.Name}'",
        HistoryEvent.AttributesOneofCase.SignalExternalWorkflowExecutionInitiatedEventAttributes =>
            $"signal '{e.SignalExternalWorkflowExecutionInitiatedEventAttributes.SignalName}' to workflow '{e.SignalExternalWorkflowExecutionInitiatedEventAttributes.WorkflowExecution?.WorkflowId}'",
        HistoryEvent.AttributesOneofCase.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes =>
            $"workflow '{e.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes.WorkflowExecution?.WorkflowId}'",
        HistoryEvent.AttributesOneofCase.MarkerRecordedEventAttributes => Markers.Describe(e.MarkerRecordedEventAttributes.MarkerName, e.MarkerRecordedEventAttributes.Details),
        HistoryEvent.AttributesOneofCase.WorkflowExecutionUpdateAcceptedEventAttributes => $"update '{e.WorkflowExecutionUpdateAcceptedEventAttributes.ProtocolInstanceId}'",
        HistoryEvent.AttributesOneofCase.WorkflowExecutionUpdateCompletedEventAttributes => $"update '{e.WorkflowExecutionUpdateCompletedEventAttributes.Meta?.UpdateId}'",
        _ => null,
    };

    private static string? Identity(Command c) => c.AttributesCase switch
    {
        Command.AttributesOneofCase.ScheduleActivityTaskCommandAttributes =>
            $"activity '{c.ScheduleActivityTaskCommandAttributes.ActivityId}' of type '{c.ScheduleActivityTaskCommandAttributes.ActivityType?.Name}'",
        Command.AttributesOneofCase.RequestCancelActivityTaskCommandAttributes => $"activity scheduled by event {c.RequestCancelActivityTaskCommandAttributes.ScheduledEventId}",
        Command.AttributesOneofCase.StartTimerCommandAttributes => $"timer '{c.StartTimerCommandAttributes.TimerId}'",
        Command.AttributesOneofCase.CancelTimerCommandAttributes => $"timer '{c.CancelTimerCommandAttributes.TimerId}'",
        Command.AttributesOneofCase.StartChildWorkflowExecutionCommandAttributes =>
            $"child '{c.StartChildWorkflowExecutionCommandAttributes.WorkflowId}' of type '{c.StartChildWorkflowExecutionCommandAttributes.WorkflowType?.Name}'",
        Command.AttributesOneofCase.SignalExternalWorkflowExecutionCommandAttributes =>
            $"signal '{c.SignalExternalWorkflowExecutionCommandAttributes.SignalName}' to workflow '{c.SignalExternalWorkflowExecutionCommandAttributes.Execution?.WorkflowId}'",
        Command.AttributesOneofCase.RequestCancelExternalWorkflowExecutionCommandAttributes => $"workflow '{c.RequestCancelExternalWorkflowExecutionCommandAttributes.WorkflowId}'",
        Command.AttributesOneofCase.RecordMarkerCommandAttributes => Markers.Describe(c.RecordMarkerCommandAttributes.MarkerName, c.RecordMarkerCommandAttributes.Details),
        Command.AttributesOneofCase.ProtocolMessageCommandAttributes => $"message '{c.ProtocolMessageCommandAttributes.MessageId}'",
        _ => null,
    };
}
