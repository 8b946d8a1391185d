using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Protocol.Tests.Grpc;

/// <summary>What requests in flight weigh together is bounded, and given back however they end.</summary>
public sealed class InFlightTests : IDisposable
{
    private const int Limit = 5 * 1024 * 1024;

    private readonly TaskCompletionSource _release = new();
    private readonly SemaphoreSlim _arrived = new(0);

    public void Dispose() => _arrived.Dispose();

    [Fact]
    public async Task Requests_PastTheLimitTogether_AreRefusedUntilOthersAreAnswered()
    {
        await using var server = await StartAsync();
        var channel = server.Connect();
        var first = channel(new RpcCall(Request(3 * 1024 * 1024)));
        await _arrived.WaitAsync();

        var refusal = await Should.ThrowAsync<RpcException>(channel(new RpcCall(Request(3 * 1024 * 1024))));
        refusal.Code.ShouldBe(RpcStatusCode.ResourceExhausted);
        refusal.Message.ShouldContain($"{Limit} bytes");

        // What fits is taken in meanwhile.
        var small = channel(new RpcCall(Request(1_000)));
        await _arrived.WaitAsync();
        _release.SetResult();
        await Task.WhenAll(first, small);
        await channel(new RpcCall(Request(3 * 1024 * 1024)));
    }

    [Fact]
    public async Task Request_WhoseCallerWentAway_IsGivenBack()
    {
        await using var server = await StartAsync();
        var channel = server.Connect();
        using var gone = new CancellationTokenSource();
        var call = channel(new RpcCall(Request(3 * 1024 * 1024), gone.Token));
        await _arrived.WaitAsync();
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(call);

        // The listener learns of it a moment later.
        var arrival = _arrived.WaitAsync();
        while (true)
        {
            var next = channel(new RpcCall(Request(3 * 1024 * 1024)));
            if (await Task.WhenAny(next, arrival) != next)
            {
                _release.SetResult();
                await next;
                return;
            }

            (await Should.ThrowAsync<RpcException>(next)).Code.ShouldBe(RpcStatusCode.ResourceExhausted);
        }
    }

    [Fact]
    public async Task Listener_WithLessRoomThanOneRequestMayTake_IsRefused() => await Should.ThrowAsync<ArgumentException>(() =>
        LoopbackServer.StartAsync(call => call.Request, new() { MaxBytesInFlight = 1024 }));

    private Task<LoopbackServer> StartAsync() => LoopbackServer.StartAsync(
        async Task<IMessage> (call) =>
        {
            _arrived.Release();
            await _release.Task.WaitAsync(call.Cancellation);
            return new StartWorkflowExecutionResponse();
        },
        new() { MaxBytesInFlight = Limit });

    private static StartWorkflowExecutionRequest Request(int bytes) => new()
    {
        Input = new() { Payloads_ = { new Payload { Data = ByteString.CopyFrom(new byte[bytes]) } } },
    };
}
