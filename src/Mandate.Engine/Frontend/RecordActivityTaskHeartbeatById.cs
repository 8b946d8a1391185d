using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>A sign of life of an activity, from somebody who knows its id and has no token.</summary>
internal sealed class RecordActivityTaskHeartbeatById(EngineCore core) : Endpoint<RecordActivityTaskHeartbeatByIdRequest, RecordActivityTaskHeartbeatByIdResponse>(core)
{
    protected override async Task<RecordActivityTaskHeartbeatByIdResponse> HandleAsync(RecordActivityTaskHeartbeatByIdRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        var workflowId = Check.Name(request.WorkflowId, "workflow id", Limits);
        var runId = Executions.RunId(request.RunId);
        var activityId = Check.Name(request.ActivityId, "activity id", Limits);
        var (cancel, paused) = await Core.Chains.ChangeAsync(ns, workflowId, transaction =>
            ActivityReports.Heartbeat(ActivityReports.Find(transaction, runId, activityId), request.Details)).ConfigureAwait(false);
        return new() { CancelRequested = cancel, ActivityPaused = paused };
    }
}
