using Mandate.Engine.History;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>An activity's failure: the attempt ends, and the retry policy decides what follows.</summary>
internal sealed class RespondActivityTaskFailed(EngineCore core) : Endpoint<RespondActivityTaskFailedRequest, RespondActivityTaskFailedResponse>(core)
{
    protected override async Task<RespondActivityTaskFailedResponse> HandleAsync(RespondActivityTaskFailedRequest request, RpcCall call)
    {
        var token = TaskTokens.Parse(request.TaskToken);
        var ns = Core.Namespaces.Get(token.Namespace);
        await Core.Chains.ChangeAsync(ns, token.WorkflowId, transaction =>
            ActivityReports.Fail(ActivityReports.Find(transaction, token), request.Failure, request.LastHeartbeatDetails, request.Identity)).ConfigureAwait(false);
        return new();
    }
}
