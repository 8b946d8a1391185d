using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

/// <summary>The start of a child from its parent's event.</summary>
internal static class ChildStart
{
    public static StartSpec Spec(NamespaceEntry parentNamespace, string parentId, string parentRunId, WorkflowExecution root, HistoryEvent initiated)
    {
        var wanted = initiated.StartChildWorkflowExecutionInitiatedEventAttributes;
        return new()
        {
            RequestId = $"{parentRunId}/{initiated.EventId}",
            ReusePolicy = wanted.WorkflowIdReusePolicy,
            UserMetadata = initiated.UserMetadata,
            Attributes = new()
            {
                WorkflowType = wanted.WorkflowType,
                ParentWorkflowNamespace = parentNamespace.Name,
                ParentWorkflowNamespaceId = parentNamespace.Id,
                ParentWorkflowExecution = new() { WorkflowId = parentId, RunId = parentRunId },
                ParentInitiatedEventId = initiated.EventId,
                RootWorkflowExecution = root,
                TaskQueue = wanted.TaskQueue,
                Input = wanted.Input,
                WorkflowExecutionTimeout = wanted.WorkflowExecutionTimeout,
                WorkflowRunTimeout = wanted.WorkflowRunTimeout,
                WorkflowTaskTimeout = wanted.WorkflowTaskTimeout,
                RetryPolicy = wanted.RetryPolicy,
                CronSchedule = wanted.CronSchedule,
                Header = wanted.Header,
                Memo = wanted.Memo,
                SearchAttributes = wanted.SearchAttributes,
                Priority = wanted.Priority,
            },
        };
    }
}
