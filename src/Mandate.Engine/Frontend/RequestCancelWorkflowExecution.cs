using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Asks a workflow to cancel itself. It is recorded once; asking again changes nothing.</summary>
internal sealed class RequestCancelWorkflowExecution(EngineCore core)
    : Endpoint<RequestCancelWorkflowExecutionRequest, RequestCancelWorkflowExecutionResponse>(core)
{
    protected override async Task<RequestCancelWorkflowExecutionResponse> HandleAsync(RequestCancelWorkflowExecutionRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        var (workflowId, runId) = Executions.Of(request.WorkflowExecution, Limits);
        Check.Length(request.Reason, "reason", Limits);
        await Core.Chains.ChangeAsync(ns, workflowId, transaction =>
        {
            var run = transaction.OpenRunning(runId);
            Executions.CheckChain(run, request.FirstExecutionRunId);
            run.RequestCancel(request.Reason, request.Identity, from: null, initiatedId: 0, request.Links);
            return true;
        }).ConfigureAwait(false);
        return new();
    }
}
