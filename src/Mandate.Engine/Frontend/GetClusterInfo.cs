using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Names the engine and its stores.</summary>
internal sealed class GetClusterInfo(EngineCore core) : Endpoint<GetClusterInfoRequest, GetClusterInfoResponse>(core)
{
    protected override Task<GetClusterInfoResponse> HandleAsync(GetClusterInfoRequest request, RpcCall call) => Task.FromResult(new GetClusterInfoResponse
    {
        ServerVersion = EngineVersion.Text,
        ClusterName = "mandate",
        ClusterId = "mandate",
        HistoryShardCount = 1,
        PersistenceStore = "sqlite",
        VisibilityStore = "sqlite",
    });
}
