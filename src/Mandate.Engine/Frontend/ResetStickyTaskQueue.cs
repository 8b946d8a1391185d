using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Forgets which worker has a run cached: its next task goes to the normal queue with the whole history.</summary>
internal sealed class ResetStickyTaskQueue(EngineCore core) : Endpoint<ResetStickyTaskQueueRequest, ResetStickyTaskQueueResponse>(core)
{
    protected override async Task<ResetStickyTaskQueueResponse> HandleAsync(ResetStickyTaskQueueRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        var (workflowId, runId) = Executions.Of(request.Execution, Limits);
        await Core.Chains.ChangeAsync(ns, workflowId, transaction =>
        {
            transaction.OpenRunning(runId).State.Sticky = null;
            return true;
        }).ConfigureAwait(false);
        return new();
    }
}
