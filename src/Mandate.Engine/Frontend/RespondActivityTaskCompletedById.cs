using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>An activity's result, from somebody who knows its id and has no token.</summary>
internal sealed class RespondActivityTaskCompletedById(EngineCore core) : Endpoint<RespondActivityTaskCompletedByIdRequest, RespondActivityTaskCompletedByIdResponse>(core)
{
    protected override async Task<RespondActivityTaskCompletedByIdResponse> HandleAsync(RespondActivityTaskCompletedByIdRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        var workflowId = Check.Name(request.WorkflowId, "workflow id", Limits);
        var runId = Executions.RunId(request.RunId);
        var activityId = Check.Name(request.ActivityId, "activity id", Limits);
        await Core.Chains.ChangeAsync(ns, workflowId, transaction =>
            ActivityReports.Complete(ActivityReports.Find(transaction, runId, activityId), request.Result, request.Identity)).ConfigureAwait(false);
        return new();
    }
}
