using Mandate.Engine.History;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>An activity's result.</summary>
internal sealed class RespondActivityTaskCompleted(EngineCore core) : Endpoint<RespondActivityTaskCompletedRequest, RespondActivityTaskCompletedResponse>(core)
{
    protected override async Task<RespondActivityTaskCompletedResponse> HandleAsync(RespondActivityTaskCompletedRequest request, RpcCall call)
    {
        var token = TaskTokens.Parse(request.TaskToken);
        var ns = Core.Namespaces.Get(token.Namespace);
        await Core.Chains.ChangeAsync(ns, token.WorkflowId, transaction =>
            ActivityReports.Complete(ActivityReports.Find(transaction, token), request.Result, request.Identity, request.WorkerVersion)).ConfigureAwait(false);
        return new();
    }
}
