using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

/// <summary>A child's end as its parent's history tells it.</summary>
internal static class ChildCloseEvent
{
    public static HistoryEvent Of(ChildState child, string lastRunId, HistoryEvent close)
    {
        var wanted = child.Attributes;
        var execution = new WorkflowExecution { WorkflowId = wanted.WorkflowId, RunId = lastRunId };
        return close.EventType switch
        {
            EventType.WorkflowExecutionCompleted => new()
            {
                EventType = EventType.ChildWorkflowExecutionCompleted,
                ChildWorkflowExecutionCompletedEventAttributes = new()
                {
                    Result = close.WorkflowExecutionCompletedEventAttributes.Result,
                    Namespace = wanted.Namespace,
                    NamespaceId = wanted.NamespaceId,
                    WorkflowExecution = execution,
                    WorkflowType = wanted.WorkflowType,
                    InitiatedEventId = child.InitiatedId,
                    StartedEventId = child.StartedId,
                },
            },
            EventType.WorkflowExecutionFailed => new()
            {
                EventType = EventType.ChildWorkflowExecutionFailed,
                ChildWorkflowExecutionFailedEventAttributes = new()
                {
                    Failure = close.WorkflowExecutionFailedEventAttributes.Failure,
                    RetryState = close.WorkflowExecutionFailedEventAttributes.RetryState,
                    Namespace = wanted.Namespace,
                    NamespaceId = wanted.NamespaceId,
                    WorkflowExecution = execution,
                    WorkflowType = wanted.WorkflowType,
                    InitiatedEventId = child.InitiatedId,
                    StartedEventId = child.StartedId,
                },
            },
            EventType.WorkflowExecutionCanceled => new()
            {
                EventType = EventType.ChildWorkflowExecutionCanceled,
                ChildWorkflowExecutionCanceledEventAttributes = new()
                {
                    Details = close.WorkflowExecutionCanceledEventAttributes.Details,
                    Namespace = wanted.Namespace,
                    NamespaceId = wanted.NamespaceId,
                    WorkflowExecution = execution,
                    WorkflowType = wanted.WorkflowType,
                    InitiatedEventId = child.InitiatedId,
                    StartedEventId = child.StartedId,
                },
            },
            EventType.WorkflowExecutionTimedOut => new()
            {
                EventType = EventType.ChildWorkflowExecutionTimedOut,
                ChildWorkflowExecutionTimedOutEventAttributes = new()
                {
                    RetryState = close.WorkflowExecutionTimedOutEventAttributes.RetryState,
                    Namespace = wanted.Namespace,
                    NamespaceId = wanted.NamespaceId,
                    WorkflowExecution = execution,
                    WorkflowType = wanted.WorkflowType,
                    InitiatedEventId = child.InitiatedId,
                    StartedEventId = child.StartedId,
                },
            },
            _ => new()
            {
                EventType = EventType.ChildWorkflowExecutionTerminated,
                ChildWorkflowExecutionTerminatedEventAttributes = new()
                {
                    Namespace = wanted.Namespace,
                    NamespaceId = wanted.NamespaceId,
                    WorkflowExecution = execution,
                    WorkflowType = wanted.WorkflowType,
                    InitiatedEventId = child.InitiatedId,
                    StartedEventId = child.StartedId,
                },
            },
        };
    }
}
