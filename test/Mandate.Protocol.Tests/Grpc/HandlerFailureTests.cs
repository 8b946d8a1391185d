using Google.Protobuf;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Protocol.Tests.Grpc;

public sealed class HandlerFailureTests
{
    [Fact]
    public async Task Call_HandlerThrows_CallerSeesAnIdAndTheLogTheRest()
    {
        using var log = new RecordingLoggers();
        await using var server = await LoopbackServer.StartAsync(
            Task<IMessage> (RpcCall _) => throw new InvalidOperationException("password hunter2"),
            new() { LoggerFactory = log });

        var error = await Should.ThrowAsync<RpcException>(server.Connect()(new RpcCall(new GetSystemInfoRequest())));

        error.Code.ShouldBe(RpcStatusCode.Internal);
        error.Message.ShouldNotContain("hunter2");
        var id = error.Message.Split(' ')[^1];
        var (text, exception) = log.Entries.Single(e => e.Exception is InvalidOperationException);
        text.ShouldContain(id);
        exception!.Message.ShouldContain("hunter2");
    }

    [Fact]
    public async Task Call_HandlerCancelsItselfWithoutReason_IsInternal()
    {
        await using var server = await LoopbackServer.StartAsync(Task<IMessage> (RpcCall _) => throw new OperationCanceledException());

        (await Should.ThrowAsync<RpcException>(server.Connect()(new RpcCall(new GetSystemInfoRequest())))).Code.ShouldBe(RpcStatusCode.Internal);
    }

    [Fact]
    public async Task Call_HandlerThrowsWithStatusOk_IsInternal()
    {
        await using var server = await LoopbackServer.StartAsync(Task<IMessage> (RpcCall _) => throw new RpcException(RpcStatusCode.Ok, "odd"));

        (await Should.ThrowAsync<RpcException>(server.Connect()(new RpcCall(new GetSystemInfoRequest())))).Code.ShouldBe(RpcStatusCode.Internal);
    }

    [Fact]
    public async Task Call_EveryStatus_Arrives()
    {
        var code = RpcStatusCode.Cancelled;
        await using var server = await LoopbackServer.StartAsync(Task<IMessage> (RpcCall _) => throw new RpcException(code, $"it is {code}"));
        var channel = server.Connect();

        for (; code <= RpcStatusCode.Unauthenticated; code++)
        {
            var error = await Should.ThrowAsync<RpcException>(channel(new RpcCall(new GetSystemInfoRequest())));
            error.Code.ShouldBe(code);
            error.Message.ShouldBe($"it is {code}");
        }
    }

    [Fact]
    public async Task Call_VeryLongStatusMessage_ArrivesCut()
    {
        await using var server = await LoopbackServer.StartAsync(
            Task<IMessage> (RpcCall _) => throw new RpcException(RpcStatusCode.NotFound, new string('x', 1_000_000), new QueryWorkflowRequest { Namespace = new string('y', 1_000_000) }));

        var error = await Should.ThrowAsync<RpcException>(server.Connect()(new RpcCall(new GetSystemInfoRequest())));

        error.Code.ShouldBe(RpcStatusCode.NotFound);
        error.Message.ShouldStartWith("xxx");
        error.Message.ShouldEndWith("...");
    }
}
