using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

internal sealed partial class RunState
{
    /// <summary>Children that have not closed, by initiated event id.</summary>
    public Dictionary<long, ChildState> Children { get; } = [];

    /// <summary>Signals to other workflows whose delivery is not recorded yet, by initiated event id.</summary>
    public Dictionary<long, HistoryEvent> ExternalSignals { get; } = [];

    /// <summary>Cancel requests to other workflows whose delivery is not recorded yet, by initiated event id.</summary>
    public Dictionary<long, HistoryEvent> ExternalCancels { get; } = [];

    private void ApplyExternal(HistoryEvent item)
    {
        switch (item.EventType)
        {
            case EventType.StartChildWorkflowExecutionInitiated:
                Children.Add(item.EventId, new(item));
                break;
            case EventType.ChildWorkflowExecutionStarted:
                var started = item.ChildWorkflowExecutionStartedEventAttributes;
                if (Children.TryGetValue(started.InitiatedEventId, out var child))
                {
                    child.RunId = started.WorkflowExecution.RunId;
                    child.StartedId = item.EventId;
                }

                break;
            case EventType.StartChildWorkflowExecutionFailed:
                Children.Remove(item.StartChildWorkflowExecutionFailedEventAttributes.InitiatedEventId);
                break;
            case EventType.ChildWorkflowExecutionCompleted:
                Children.Remove(item.ChildWorkflowExecutionCompletedEventAttributes.InitiatedEventId);
                break;
            case EventType.ChildWorkflowExecutionFailed:
                Children.Remove(item.ChildWorkflowExecutionFailedEventAttributes.InitiatedEventId);
                break;
            case EventType.ChildWorkflowExecutionCanceled:
                Children.Remove(item.ChildWorkflowExecutionCanceledEventAttributes.InitiatedEventId);
                break;
            case EventType.ChildWorkflowExecutionTimedOut:
                Children.Remove(item.ChildWorkflowExecutionTimedOutEventAttributes.InitiatedEventId);
                break;
            case EventType.ChildWorkflowExecutionTerminated:
                Children.Remove(item.ChildWorkflowExecutionTerminatedEventAttributes.InitiatedEventId);
                break;
            case EventType.SignalExternalWorkflowExecutionInitiated:
                ExternalSignals.Add(item.EventId, item);
                break;
            case EventType.ExternalWorkflowExecutionSignaled:
                ExternalSignals.Remove(item.ExternalWorkflowExecutionSignaledEventAttributes.InitiatedEventId);
                break;
            case EventType.SignalExternalWorkflowExecutionFailed:
                ExternalSignals.Remove(item.SignalExternalWorkflowExecutionFailedEventAttributes.InitiatedEventId);
                break;
            case EventType.RequestCancelExternalWorkflowExecutionInitiated:
                ExternalCancels.Add(item.EventId, item);
                break;
            case EventType.ExternalWorkflowExecutionCancelRequested:
                ExternalCancels.Remove(item.ExternalWorkflowExecutionCancelRequestedEventAttributes.InitiatedEventId);
                break;
            case EventType.RequestCancelExternalWorkflowExecutionFailed:
                ExternalCancels.Remove(item.RequestCancelExternalWorkflowExecutionFailedEventAttributes.InitiatedEventId);
                break;
            default:
                // Markers and the like change nothing the engine acts on.
                break;
        }
    }
}
