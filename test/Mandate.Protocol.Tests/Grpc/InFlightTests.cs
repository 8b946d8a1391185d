using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Grpc;
using Mandate.Protocol.Grpc.Listening;
using Mandate.Protocol.Tests.Grpc.Framing;
using Mandate.Protocol.Tests.Grpc.Hostile;
using Mandate.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;

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
        await _arrived.WaitAsync().WithinLimit();

        var refusal = await Should.ThrowAsync<RpcException>(channel(new RpcCall(Request(3 * 1024 * 1024))).WithinLimit());
        refusal.Code.ShouldBe(RpcStatusCode.ResourceExhausted);
        refusal.Message.ShouldContain($"{Limit} bytes");

        // What fits is taken in meanwhile.
        var small = channel(new RpcCall(Request(1_000)));
        await _arrived.WaitAsync().WithinLimit();
        _release.SetResult();
        await Task.WhenAll(first, small).WithinLimit();
        await channel(new RpcCall(Request(3 * 1024 * 1024))).WithinLimit();
    }

    [Fact]
    public async Task Request_WhoseCallerWentAway_IsGivenBack()
    {
        await using var server = await StartAsync();
        var channel = server.Connect();
        using var gone = new CancellationTokenSource();
        var call = channel(new RpcCall(Request(3 * 1024 * 1024), gone.Token));
        await _arrived.WaitAsync().WithinLimit();
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(call.WithinLimit());

        // The listener learns of it a moment later.
        var arrival = _arrived.WaitAsync();
        Task<IMessage> next = null!;
        await Eventually.BecomesAsync(async () =>
        {
            next = channel(new RpcCall(Request(3 * 1024 * 1024)));
            if (await Task.WhenAny(next, arrival).WithinLimit() != next)
                return true;
            (await Should.ThrowAsync<RpcException>(next)).Code.ShouldBe(RpcStatusCode.ResourceExhausted);
            return false;
        });
        _release.SetResult();
        await next.WithinLimit();
    }

    [Fact]
    public async Task Request_Answered_IsGivenBackBeforeItsCallerHasTheAnswer()
    {
        using var dispatcher = new CallDispatcher(
            _ => Task.FromResult<IMessage>(new StartWorkflowExecutionResponse()), Limit, Limit, TimeProvider.System, NullLoggerFactory.Instance);
        var context = new DefaultHttpContext();
        context.Request.Method = HttpMethods.Post;
        context.Request.Protocol = HttpProtocol.Http2;
        context.Request.ContentType = GrpcHeaders.ContentType;
        context.Request.Path = HttpCall.PathOf("StartWorkflowExecution");
        context.Request.Body = new MemoryStream(Frames.Plain(Request(1_000)));
        var body = new WatchedBody(() => dispatcher.BytesInFlight);
        context.Features.Set<IHttpResponseBodyFeature>(body);
        context.Features.Set<IHttpResponseTrailersFeature>(body);

        await dispatcher.InvokeAsync(context);

        body.AtCompletion.ShouldBe(0);
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

    /// <summary>Looks when the answer is about to leave.</summary>
    private sealed class WatchedBody(Func<long> look) : StreamResponseBodyFeature(new MemoryStream()), IHttpResponseTrailersFeature
    {
        public long? AtCompletion { get; private set; }

        public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();

        public override Task CompleteAsync()
        {
            AtCompletion = look();
            return base.CompleteAsync();
        }
    }

    private static StartWorkflowExecutionRequest Request(int bytes) => new()
    {
        Input = new() { Payloads_ = { new Payload { Data = ByteString.CopyFrom(new byte[bytes]) } } },
    };
}
