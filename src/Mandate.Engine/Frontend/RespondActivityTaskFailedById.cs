using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>An activity's failure, from somebody who knows its id and has no token.</summary>
internal sealed class RespondActivityTaskFailedById(EngineCore core) : Endpoint<RespondActivityTaskFailedByIdRequest, RespondActivityTaskFailedByIdResponse>(core)
{
    protected override async Task<RespondActivityTaskFailedByIdResponse> HandleAsync(RespondActivityTaskFailedByIdRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        var workflowId = Check.Name(request.WorkflowId, "workflow id", Limits);
        var runId = Executions.RunId(request.RunId);
        var activityId = Check.Name(request.ActivityId, "activity id", Limits);
        await Core.Chains.ChangeAsync(ns, workflowId, transaction =>
            ActivityReports.Fail(ActivityReports.Find(transaction, runId, activityId), request.Failure, request.LastHeartbeatDetails, request.Identity)).ConfigureAwait(false);
        return new();
    }
}
