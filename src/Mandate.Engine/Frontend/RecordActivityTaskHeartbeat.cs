using Mandate.Engine.History;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>A sign of life of an activity, with details for its next attempt; the answer says whether it should stop.</summary>
internal sealed class RecordActivityTaskHeartbeat(EngineCore core) : Endpoint<RecordActivityTaskHeartbeatRequest, RecordActivityTaskHeartbeatResponse>(core)
{
    protected override async Task<RecordActivityTaskHeartbeatResponse> HandleAsync(RecordActivityTaskHeartbeatRequest request, RpcCall call)
    {
        var token = TaskTokens.Parse(request.TaskToken);
        var ns = Core.Namespaces.Get(token.Namespace);
        var (cancel, paused) = await Core.Chains.ChangeAsync(ns, token.WorkflowId, transaction =>
            ActivityReports.Heartbeat(ActivityReports.Find(transaction, token), request.Details)).ConfigureAwait(false);
        return new() { CancelRequested = cancel, ActivityPaused = paused };
    }
}
