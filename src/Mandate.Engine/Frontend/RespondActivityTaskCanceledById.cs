using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>An activity has stopped as it was asked to, told by somebody who knows its id and has no token.</summary>
internal sealed class RespondActivityTaskCanceledById(EngineCore core) : Endpoint<RespondActivityTaskCanceledByIdRequest, RespondActivityTaskCanceledByIdResponse>(core)
{
    protected override async Task<RespondActivityTaskCanceledByIdResponse> HandleAsync(RespondActivityTaskCanceledByIdRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        var workflowId = Check.Name(request.WorkflowId, "workflow id", Limits);
        var runId = Executions.RunId(request.RunId);
        var activityId = Check.Name(request.ActivityId, "activity id", Limits);
        await Core.Chains.ChangeAsync(ns, workflowId, transaction =>
            ActivityReports.Cancel(ActivityReports.Find(transaction, runId, activityId), request.Details, request.Identity)).ConfigureAwait(false);
        return new();
    }
}
