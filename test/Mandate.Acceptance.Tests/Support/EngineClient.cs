using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Grpc;

namespace Mandate.Acceptance.Tests.Support;

/// <summary>The service's engine as a caller with this token sees it over gRPC.</summary>
internal sealed class EngineClient(string address, string token) : IAsyncDisposable
{
    private readonly GrpcChannel _channel = new(new GrpcChannelOptions { Target = address, Metadata = (_, _) => new(new RpcMetadata([new("authorization", $"Bearer {token}")])) });

    public RpcHandler Handler => _channel.Handler;

    public async Task<bool> HasExecutionAsync(string workflowId)
    {
        try
        {
            await Handler.CallAsync<DescribeWorkflowExecutionResponse>(
                new DescribeWorkflowExecutionRequest { Namespace = "default", Execution = new WorkflowExecution { WorkflowId = workflowId } });
            return true;
        }
        catch (RpcException e) when (e.Code == RpcStatusCode.NotFound)
        {
            return false;
        }
    }

    public async Task<IReadOnlyList<HistoryEvent>> HistoryAsync(string workflowId, string runId = "")
    {
        var response = await Handler.CallAsync<GetWorkflowExecutionHistoryResponse>(new GetWorkflowExecutionHistoryRequest
        {
            Namespace = "default",
            Execution = new WorkflowExecution { WorkflowId = workflowId, RunId = runId },
        });
        return response.History.Events;
    }

    public ValueTask DisposeAsync() => _channel.DisposeAsync();
}
