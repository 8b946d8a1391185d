using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Grpc;
using Mandate.Protocol.Tests.Grpc.Framing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mandate.Protocol.Tests.Grpc.Calling;

public sealed class ChannelFailureTests
{
    private static readonly GetSystemInfoResponse Good = new() { ServerVersion = "1" };

    [Fact]
    public async Task Call_NobodyListens_IsUnavailableAndNamesTheTarget()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var address = free.LocalEndpoint.ToString()!;
        free.Stop();

        var error = await FailAsync(address);

        error.Code.ShouldBe(RpcStatusCode.Unavailable);
        error.Message.ShouldContain(address);
    }

    [Fact]
    public async Task Call_UnknownHost_IsUnavailable() =>
        (await FailAsync("no-such-host.invalid:7233")).Code.ShouldBe(RpcStatusCode.Unavailable);

    [Theory]
    [InlineData(400, RpcStatusCode.Internal)]
    [InlineData(401, RpcStatusCode.Unauthenticated)]
    [InlineData(403, RpcStatusCode.PermissionDenied)]
    [InlineData(404, RpcStatusCode.Unimplemented)]
    [InlineData(415, RpcStatusCode.Unknown)]
    [InlineData(429, RpcStatusCode.Unavailable)]
    [InlineData(502, RpcStatusCode.Unavailable)]
    [InlineData(503, RpcStatusCode.Unavailable)]
    [InlineData(504, RpcStatusCode.Unavailable)]
    [InlineData(200, RpcStatusCode.Unknown)]
    public async Task Call_AnswerWithoutGrpc_IsMappedFromHttp(int http, RpcStatusCode expected)
    {
        await using var server = await PlainServer.StartAsync(context =>
        {
            context.Response.StatusCode = http;
            return context.Response.WriteAsync("<html>");
        });

        var error = await FailAsync(server.Address);

        error.Code.ShouldBe(expected);
        error.Message.ShouldContain($"HTTP {http}");
    }

    [Fact]
    public async Task Call_StatusInHeadersWithHttpError_StatusWins()
    {
        await using var server = await PlainServer.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers["grpc-status"] = "7";
            return Task.CompletedTask;
        });

        (await FailAsync(server.Address)).Code.ShouldBe(RpcStatusCode.PermissionDenied);
    }

    [Fact]
    public async Task Call_MessageWithoutStatus_IsUnknown()
    {
        await using var server = await AnswerAsync(Frames.Plain(Good), trailer: null);

        var error = await FailAsync(server.Address);

        error.Code.ShouldBe(RpcStatusCode.Unknown);
        error.Message.ShouldContain("grpc-status");
    }

    [Theory]
    [InlineData("99")]
    [InlineData("x")]
    [InlineData("-1")]
    public async Task Call_UnknownStatus_IsUnknown(string status)
    {
        await using var server = await AnswerAsync([], status);

        (await FailAsync(server.Address)).Code.ShouldBe(RpcStatusCode.Unknown);
    }

    [Fact]
    public async Task Call_OkWithoutMessage_IsInternal()
    {
        await using var server = await AnswerAsync([], "0");

        (await FailAsync(server.Address)).Code.ShouldBe(RpcStatusCode.Internal);
    }

    [Fact]
    public async Task Call_MessageAndThenAnErrorStatus_IsTheError()
    {
        await using var server = await AnswerAsync(Frames.Plain(Good), "9");

        (await FailAsync(server.Address)).Code.ShouldBe(RpcStatusCode.FailedPrecondition);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 1 })]
    [InlineData(new byte[] { 3, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 1, 0xFF })]
    public async Task Call_BadFrame_IsInternal(byte[] body)
    {
        await using var server = await AnswerAsync(body, "0");

        (await FailAsync(server.Address)).Code.ShouldBe(RpcStatusCode.Internal);
    }

    [Fact]
    public async Task Call_AnswerOverTheLimit_IsResourceExhausted()
    {
        await using var server = await AnswerAsync([0, 0xFF, 0xFF, 0xFF, 0xFF, 1], "0");

        (await FailAsync(server.Address)).Code.ShouldBe(RpcStatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task Call_GzippedAnswer_IsInflated()
    {
        await using var server = await AnswerAsync(Frames.Gzipped(Good), "0", gzip: true);
        await using var channel = new GrpcChannel(new() { Target = server.Address });

        (await channel.Handler.CallAsync<GetSystemInfoResponse>(new GetSystemInfoRequest())).ShouldBe(Good);
    }

    [Theory]
    [InlineData(0x2, RpcStatusCode.Internal)]
    [InlineData(0x7, RpcStatusCode.Unavailable)]
    [InlineData(0x8, RpcStatusCode.Cancelled)]
    [InlineData(0xb, RpcStatusCode.ResourceExhausted)]
    [InlineData(0xc, RpcStatusCode.PermissionDenied)]
    public async Task Call_StreamReset_IsMappedFromTheErrorCode(int code, RpcStatusCode expected)
    {
        await using var server = await PlainServer.StartAsync(context =>
        {
            context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(code);
            return Task.CompletedTask;
        });

        (await FailAsync(server.Address)).Code.ShouldBe(expected);
    }

    [Fact]
    public async Task Call_ConnectionLostInMidAnswer_IsUnavailable()
    {
        await using var server = await PlainServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 9, 1 });
            await context.Response.Body.FlushAsync();
            context.Features.GetRequiredFeature<Microsoft.AspNetCore.Connections.Features.IConnectionLifetimeFeature>().Abort();
        });

        (await FailAsync(server.Address)).Code.ShouldBe(RpcStatusCode.Unavailable);
    }

    [Fact]
    public async Task Call_ServerComesBackOnItsPort_ChannelConnectsAgain()
    {
        var first = await LoopbackServer.StartAsync(_ => Good);
        using var log = new RecordingLoggers();
        await using var channel = new GrpcChannel(new() { Target = first.Listener.Address, LoggerFactory = log });
        await channel.Handler(new RpcCall(new GetSystemInfoRequest()));
        await first.DisposeAsync();
        for (var i = 0; i < 3; i++)
            (await Should.ThrowAsync<RpcException>(channel.Handler(new RpcCall(new GetSystemInfoRequest())))).Code.ShouldBe(RpcStatusCode.Unavailable);

        await using var second = await GrpcListener.StartAsync(_ => Task.FromResult<IMessage>(Good), new() { ListenOn = first.Listener.EndPoint });

        (await channel.Handler.CallAsync<GetSystemInfoResponse>(new GetSystemInfoRequest())).ShouldBe(Good);
        log.Entries.Count.ShouldBe(2, "one line when the server is lost, one when it is back");
        log.Entries.First().Text.ShouldStartWith($"cannot reach {first.Listener.Address}: ");
        log.Entries.Last().Text.ShouldBe($"{first.Listener.Address} is reached again");
    }

    [Fact]
    public async Task DisposeAsync_CallInFlight_IsCancelledAndLaterCallsAreRefused()
    {
        var waiting = new TaskCompletionSource();
        await using var server = await LoopbackServer.StartAsync(async Task<IMessage> (call) =>
        {
            waiting.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Cancellation);
            return Good;
        });
        var channel = new GrpcChannel(new() { Target = server.Listener.Address });
        var call = channel.Handler(new RpcCall(new GetSystemInfoRequest()));
        await waiting.Task;

        await channel.DisposeAsync();

        (await Should.ThrowAsync<RpcException>(call)).Code.ShouldBe(RpcStatusCode.Cancelled);
        await Should.ThrowAsync<ObjectDisposedException>(channel.Handler(new RpcCall(new GetSystemInfoRequest())));
    }

    private static async Task<RpcException> FailAsync(string address)
    {
        await using var channel = new GrpcChannel(new() { Target = address });
        return await Should.ThrowAsync<RpcException>(channel.Handler(new RpcCall(new GetSystemInfoRequest())));
    }

    private static Task<PlainServer> AnswerAsync(byte[] body, string? trailer, bool gzip = false) => PlainServer.StartAsync(async context =>
    {
        context.Response.ContentType = "application/grpc";
        if (gzip)
            context.Response.Headers["grpc-encoding"] = "gzip";
        if (trailer is not null)
            context.Response.AppendTrailer("grpc-status", trailer);
        await context.Response.Body.WriteAsync(body);
        await context.Response.Body.FlushAsync();
    });
}
