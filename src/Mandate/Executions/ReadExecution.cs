using Mandate.Identity;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Rest.Model;

namespace Mandate.Executions;

/// <summary>Shows an execution to a caller of its tenant.</summary>
internal sealed class ReadExecution(WorkflowConnection connection, FindExecution find)
{
    public async Task<Execution> RunAsync(Caller caller, string workflowId, string? runId, CancellationToken cancellation)
    {
        var found = await find.RunAsync(caller, workflowId, runId, cancellation);
        var execution = new Execution
        {
            WorkflowId = found.Execution.WorkflowId,
            RunId = found.Execution.RunId,
            WorkflowType = found.Info.Type.Name,
            TaskQueue = found.Info.TaskQueue,
            Status = StatusOf(found.Info.Status),
            StartTime = found.Info.StartTime?.ToDateTimeOffset(),
            CloseTime = found.Info.CloseTime?.ToDateTimeOffset(),
            Principal = found.Owner,
        };
        if (execution.Status is not (ExecutionStatus.Completed or ExecutionStatus.Failed))
            return execution;
        var close = await CloseEventAsync(found, cancellation);
        return execution with
        {
            Result = JsonPayload.Read(close?.WorkflowExecutionCompletedEventAttributes?.Result),
            Failure = FailureOf(close?.WorkflowExecutionFailedEventAttributes?.Failure),
        };
    }

    private async Task<HistoryEvent?> CloseEventAsync(FoundExecution found, CancellationToken cancellation)
    {
        var response = await connection.CallAsync<GetWorkflowExecutionHistoryResponse>(
            new GetWorkflowExecutionHistoryRequest
            {
                Namespace = connection.Namespace,
                Execution = found.Execution,
                HistoryEventFilterType = HistoryEventFilterType.CloseEvent,
            },
            cancellation);
        return response.History?.Events is [.., var last] ? last : null;
    }

    private static ExecutionFailure? FailureOf(Failure? failure) => failure is null
        ? null
        : new(failure.Message, failure.ApplicationFailureInfo?.Type is { Length: > 0 } type ? type : failure.FailureInfoCase.ToString());

    private static ExecutionStatus StatusOf(WorkflowExecutionStatus status) => status switch
    {
        WorkflowExecutionStatus.Running => ExecutionStatus.Running,
        WorkflowExecutionStatus.Completed => ExecutionStatus.Completed,
        WorkflowExecutionStatus.Failed => ExecutionStatus.Failed,
        WorkflowExecutionStatus.Canceled => ExecutionStatus.Canceled,
        WorkflowExecutionStatus.Terminated => ExecutionStatus.Terminated,
        WorkflowExecutionStatus.ContinuedAsNew => ExecutionStatus.ContinuedAsNew,
        WorkflowExecutionStatus.TimedOut => ExecutionStatus.TimedOut,
        _ => ExecutionStatus.Unknown,
    };
}
