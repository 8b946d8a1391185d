using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Records a signal; a repetition of the same request id changes nothing.</summary>
internal sealed class SignalWorkflowExecution(EngineCore core) : Endpoint<SignalWorkflowExecutionRequest, SignalWorkflowExecutionResponse>(core)
{
    protected override async Task<SignalWorkflowExecutionResponse> HandleAsync(SignalWorkflowExecutionRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        var (workflowId, runId) = Executions.Of(request.WorkflowExecution, Limits);
        Check.Name(request.SignalName, "signal name", Limits);
        Check.Length(request.RequestId, "request id", Limits);
        Check.Size(request.Input, "signal input", Limits);
        Check.Size(request.Header, "header", Limits);
        StartRequests.AdmitWork(Core);
        await Core.Chains.ChangeAsync(ns, workflowId, transaction =>
        {
            // Who repeats a request whose answer was lost learns that it was done, also when it brought about the end of the run.
            if (request.RequestId.Length > 0 && transaction.Open(runId).State.SignalRequestIds.Contains(request.RequestId))
                return true;
            transaction.OpenRunning(runId).Signal(request.SignalName, request.Input, request.Header, request.Identity, request.RequestId, from: null, request.Links);
            return true;
        }).ConfigureAwait(false);
        return new();
    }
}
