using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>What the engine can do. A capability is announced once it is there, because SDKs rely on it.</summary>
internal sealed class GetSystemInfo(EngineCore core) : Endpoint<GetSystemInfoRequest, GetSystemInfoResponse>(core)
{
    protected override Task<GetSystemInfoResponse> HandleAsync(GetSystemInfoRequest request, RpcCall call) => Task.FromResult(new GetSystemInfoResponse
    {
        ServerVersion = EngineVersion.Text,
        Capabilities = new()
        {
            SignalAndQueryHeader = true,
            InternalErrorDifferentiation = true,
            ActivityFailureIncludeHeartbeat = true,
            EncodedFailureAttributes = true,
            UpsertMemo = true,
            SdkMetadata = true,
            EagerWorkflowStart = true,
            CountGroupByExecutionStatus = true,
        },
    });
}
