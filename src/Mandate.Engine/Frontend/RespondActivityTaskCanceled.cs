using Mandate.Engine.History;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>An activity has stopped as it was asked to.</summary>
internal sealed class RespondActivityTaskCanceled(EngineCore core) : Endpoint<RespondActivityTaskCanceledRequest, RespondActivityTaskCanceledResponse>(core)
{
    protected override async Task<RespondActivityTaskCanceledResponse> HandleAsync(RespondActivityTaskCanceledRequest request, RpcCall call)
    {
        var token = TaskTokens.Parse(request.TaskToken);
        var ns = Core.Namespaces.Get(token.Namespace);
        await Core.Chains.ChangeAsync(ns, token.WorkflowId, transaction =>
            ActivityReports.Cancel(ActivityReports.Find(transaction, token), request.Details, request.Identity)).ConfigureAwait(false);
        return new();
    }
}
