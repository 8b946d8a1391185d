using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Ends a workflow from outside, at once.</summary>
internal sealed class TerminateWorkflowExecution(EngineCore core) : Endpoint<TerminateWorkflowExecutionRequest, TerminateWorkflowExecutionResponse>(core)
{
    protected override async Task<TerminateWorkflowExecutionResponse> HandleAsync(TerminateWorkflowExecutionRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        var (workflowId, runId) = Executions.Of(request.WorkflowExecution, Limits);
        Check.Length(request.Reason, "reason", Limits);
        Check.Size(request.Details, "details", Limits);
        await Core.Chains.ChangeAsync(ns, workflowId, transaction =>
        {
            var run = transaction.OpenRunning(runId);
            Executions.CheckChain(run, request.FirstExecutionRunId);
            run.Terminate(request.Reason, request.Details, request.Identity, request.Links);
            return true;
        }).ConfigureAwait(false);
        return new();
    }
}
