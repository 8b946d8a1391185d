using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.Storage;
using Mandate.Engine.Visibility.Attributes;
using Mandate.Protocol.Api.Workflow.V1;

namespace Mandate.Engine.History;

/// <summary>A run as lists and descriptions show it.</summary>
internal static class RunInfo
{
    public static WorkflowExecutionInfo Of(RunState state, RunRow row, SearchAttributeCatalog catalog)
    {
        var info = new WorkflowExecutionInfo
        {
            Execution = new() { WorkflowId = row.WorkflowId, RunId = row.RunId },
            Type = state.Started.WorkflowType,
            StartTime = state.StartTime.ToTimestamp(),
            ExecutionTime = state.ExecutionTime.ToTimestamp(),
            Status = state.Status,
            HistoryLength = state.LastEventId,
            HistorySizeBytes = state.HistorySize,
            TaskQueue = state.TaskQueue,
            Memo = state.Memo,
            SearchAttributes = SearchAttributePayload.WithTypes(state.SearchAttributes, catalog),
            AutoResetPoints = new(),
            StateTransitionCount = state.LastEventId,
            FirstRunId = row.FirstRunId,
            RootExecution = state.Started.RootWorkflowExecution,
            Priority = state.Started.Priority,
        };
        if (state.Started.ParentWorkflowExecution is { } parent)
        {
            info.ParentExecution = parent;
            info.ParentNamespaceId = state.Started.ParentWorkflowNamespaceId;
        }

        if (state.CloseEvent is { } close)
        {
            info.CloseTime = close.EventTime;
            info.ExecutionDuration = Duration.FromTimeSpan(close.EventTime.ToDateTimeOffset() - state.ExecutionTime);
        }

        return info;
    }
}
