using Google.Protobuf;
using Mandate.Protocol.Api.Health.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Grpc;
using Mandate.Testing;

namespace Mandate.Protocol.Tests.Grpc;

public sealed class StopTests
{
    [Fact]
    public async Task StopAsync_LongPoll_IsAnsweredUnavailableAtOnce()
    {
        var waiting = new TaskCompletionSource();

        // With a clock that stands still no drain time ever passes: only the stop itself can end the poll.
        await using var server = await LoopbackServer.StartAsync(Wait(waiting), new() { TimeProvider = new ManualTimeProvider() });
        var poll = server.Connect()(new RpcCall(new PollActivityTaskQueueRequest()));
        await waiting.Task.WithinLimit();

        await server.Listener.StopAsync().WithinLimit();

        (await Should.ThrowAsync<RpcException>(poll.WithinLimit())).Code.ShouldBe(RpcStatusCode.Unavailable);
    }

    [Fact]
    public async Task StopAsync_CallInFlight_MayFinish()
    {
        var waiting = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        await using var server = await LoopbackServer.StartAsync(
            async Task<IMessage> (_) =>
            {
                waiting.SetResult();
                await finish.Task;
                return new StartWorkflowExecutionResponse { RunId = "done" };
            },
            new() { TimeProvider = new ManualTimeProvider() });
        var call = server.Connect().CallAsync<StartWorkflowExecutionResponse>(new StartWorkflowExecutionRequest());
        await waiting.Task.WithinLimit();

        var stopping = server.Listener.StopAsync();
        stopping.IsCompleted.ShouldBeFalse();
        finish.SetResult();

        (await call.WithinLimit()).RunId.ShouldBe("done");
        await stopping.WithinLimit();
    }

    [Fact]
    public async Task StopAsync_CallOutlastsTheDrain_IsCancelledAndToldUnavailable()
    {
        var clock = new ManualTimeProvider();
        var waiting = new TaskCompletionSource();
        await using var server = await LoopbackServer.StartAsync(Wait(waiting), new() { TimeProvider = clock, DrainTimeout = TimeSpan.FromSeconds(3) });
        var call = server.Connect()(new RpcCall(new StartWorkflowExecutionRequest()));
        await waiting.Task.WithinLimit();

        var stopping = server.Listener.StopAsync();
        clock.Advance(TimeSpan.FromSeconds(3));

        (await Should.ThrowAsync<RpcException>(call.WithinLimit())).Code.ShouldBe(RpcStatusCode.Unavailable);
        await stopping.WithinLimit();
    }

    [Fact]
    public async Task StopAsync_HandlerThatIgnoresCancellation_DoesNotHoldTheStop()
    {
        var clock = new ManualTimeProvider();
        var waiting = new TaskCompletionSource();
        var never = new TaskCompletionSource<IMessage>();
        await using var server = await LoopbackServer.StartAsync(
            Task<IMessage> (_) =>
            {
                waiting.SetResult();
                return never.Task;
            },
            new() { TimeProvider = clock });
        var call = server.Connect()(new RpcCall(new StartWorkflowExecutionRequest()));
        await waiting.Task.WithinLimit();

        var stopping = server.Listener.StopAsync();
        clock.Advance(TimeSpan.FromMinutes(1));

        await stopping.WithinLimit();
        (await Should.ThrowAsync<RpcException>(call.WithinLimit())).Code.ShouldBe(RpcStatusCode.Unavailable);
        never.SetResult(new StartWorkflowExecutionResponse());
    }

    [Fact]
    public async Task StopAsync_Twice_IsOneStop()
    {
        await using var server = await LoopbackServer.StartAsync(_ => new GetSystemInfoResponse());

        await server.Listener.StopAsync().WithinLimit();
        await server.Listener.StopAsync().WithinLimit();
        await server.Listener.DisposeAsync();
    }

    [Fact]
    public async Task StartAsync_PortTaken_SaysWhatToDo()
    {
        await using var server = await LoopbackServer.StartAsync(_ => new GetSystemInfoResponse());

        var error = await Should.ThrowAsync<IOException>(GrpcListener.StartAsync(_ => throw new InvalidOperationException(), new() { ListenOn = server.Listener.EndPoint }));

        error.Message.ShouldContain(server.Listener.Address);
        error.Message.ShouldContain("Choose another");
    }

    [Fact]
    public async Task HealthCheck_OfTheListener_IsServing()
    {
        await using var server = await LoopbackServer.StartAsync(Task<IMessage> (RpcCall _) => throw new InvalidOperationException("health is not the handler's"));
        var channel = server.Connect();

        foreach (var service in (string[])["", "temporal.api.workflowservice.v1.WorkflowService"])
        {
            var response = await channel.CallAsync<HealthCheckResponse>(new HealthCheckRequest { Service = service });
            response.Status.ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);
        }

        (await Should.ThrowAsync<RpcException>(channel(new RpcCall(new HealthCheckRequest { Service = "other" })))).Code.ShouldBe(RpcStatusCode.NotFound);
    }

    private static RpcHandler Wait(TaskCompletionSource waiting) => async Task<IMessage> (call) =>
    {
        waiting.SetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Cancellation);
        throw new InvalidOperationException("not reached");
    };
}
