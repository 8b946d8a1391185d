using Mandate.Gateway;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Rest.Model;
using Mandate.Rest.Problems;
using Caller = Mandate.Identity.Caller;

namespace Mandate.Executions;

/// <summary>
/// Finds an execution and whom it belongs to. That is read from the signed principal in the run's first event, which nobody but the service can write, so neither
/// a memo nor a name can move a run to another tenant. A run of another tenant does not exist for the caller.
/// </summary>
internal sealed class FindExecution(CallerConnection callers, WorkflowConnection connection, RunIdentity identity)
{
    /// <exception cref="ProblemException">There is no such execution for this caller.</exception>
    public async Task<FoundExecution> RunAsync(Caller caller, string workflowId, string? runId, CancellationToken cancellation)
    {
        try
        {
            var described = await callers.CallAsync<DescribeWorkflowExecutionResponse>(
                caller,
                new DescribeWorkflowExecutionRequest
                {
                    Namespace = connection.Namespace,
                    Execution = new WorkflowExecution { WorkflowId = workflowId, RunId = runId ?? "" },
                },
                cancellation);
            var execution = described.WorkflowExecutionInfo.Execution;
            var started = await StartOfAsync(execution, cancellation);
            var owner = started is null ? null : await identity.InitiatorOfAsync(execution.WorkflowId, started, cancellation);
            if (owner is null || !string.Equals(owner.TenantId, caller.TenantId, StringComparison.Ordinal))
                throw NotFound(isAnothers: true);
            return new(execution, described.WorkflowExecutionInfo, owner, started!);
        }
        catch (RpcException e) when (e.Code == RpcStatusCode.NotFound)
        {
            throw NotFound(isAnothers: GatewayRefusal.ReasonOf(e) == GatewayRefusal.ExecutionOfAnotherTenant);
        }
        catch (RpcException e) when (e.Code == RpcStatusCode.InvalidArgument && runId is not null)
        {
            throw NotFound(isAnothers: false);
        }
    }

    private async Task<WorkflowExecutionStartedEventAttributes?> StartOfAsync(WorkflowExecution execution, CancellationToken cancellation)
    {
        var first = await connection.CallAsync<GetWorkflowExecutionHistoryResponse>(
            new GetWorkflowExecutionHistoryRequest { Namespace = connection.Namespace, Execution = execution, MaximumPageSize = 1 },
            cancellation);
        return first.History?.Events is [{ AttributesCase: HistoryEvent.AttributesOneofCase.WorkflowExecutionStartedEventAttributes } started, ..]
            ? started.WorkflowExecutionStartedEventAttributes
            : null;
    }

    private static ProblemException NotFound(bool isAnothers) =>
        new(ProblemKind.NotFound, "There is no such execution.", isAnothers ? "execution-of-another-tenant" : "execution-unknown");
}
