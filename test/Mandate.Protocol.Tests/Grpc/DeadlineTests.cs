using Google.Protobuf;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Grpc;
using Mandate.Testing;

namespace Mandate.Protocol.Tests.Grpc;

public sealed class DeadlineTests
{
    [Fact]
    public async Task Call_DeadlinePassesAtTheServer_HandlerIsCancelledAndCallerTold()
    {
        var clock = new ManualTimeProvider();
        var seen = new TaskCompletionSource<RpcCall>();
        await using var server = await LoopbackServer.StartAsync(Wait(seen), new() { TimeProvider = clock });

        // The caller's own clock stands still: only the server can end the call.
        var answer = server.Connect(o => o with { TimeProvider = new ManualTimeProvider() })(
            new RpcCall(new GetSystemInfoRequest()) { Timeout = TimeSpan.FromSeconds(70) });
        var call = await seen.Task.WithinLimit();
        call.Timeout.ShouldBe(TimeSpan.FromSeconds(70));
        clock.Advance(TimeSpan.FromSeconds(69));
        call.Cancellation.IsCancellationRequested.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));

        (await Should.ThrowAsync<RpcException>(answer.WithinLimit())).Code.ShouldBe(RpcStatusCode.DeadlineExceeded);
        call.Cancellation.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task Call_DeadlinePassesAtTheCaller_CallerIsFreeAndServerCancelled()
    {
        var clock = new ManualTimeProvider();
        var seen = new TaskCompletionSource<RpcCall>();
        await using var server = await LoopbackServer.StartAsync(Wait(seen), new() { TimeProvider = new ManualTimeProvider() });

        var answer = server.Connect(o => o with { TimeProvider = clock })(
            new RpcCall(new GetSystemInfoRequest()) { Timeout = TimeSpan.FromSeconds(5) });
        var call = await seen.Task.WithinLimit();
        clock.Advance(TimeSpan.FromSeconds(5));

        var error = await Should.ThrowAsync<RpcException>(answer.WithinLimit());
        error.Code.ShouldBe(RpcStatusCode.DeadlineExceeded);
        error.Message.ShouldContain("GetSystemInfo");
        await Should.ThrowAsync<TaskCanceledException>(Task.Delay(Eventually.Limit, TimeProvider.System, call.Cancellation));
    }

    [Fact]
    public async Task Call_CancelledByCaller_ThrowsCancellationAndServerIsCancelled()
    {
        var seen = new TaskCompletionSource<RpcCall>();
        await using var server = await LoopbackServer.StartAsync(Wait(seen));
        using var cancel = new CancellationTokenSource();

        var answer = server.Connect()(new RpcCall(new GetSystemInfoRequest(), cancel.Token));
        var call = await seen.Task.WithinLimit();
        await cancel.CancelAsync();

        var error = await Should.ThrowAsync<OperationCanceledException>(answer.WithinLimit());
        error.CancellationToken.ShouldBe(cancel.Token);
        await Should.ThrowAsync<TaskCanceledException>(Task.Delay(Eventually.Limit, TimeProvider.System, call.Cancellation));
    }

    [Fact]
    public async Task Call_CancelledBefore_NeverLeaves()
    {
        var handled = false;
        await using var server = await LoopbackServer.StartAsync(_ =>
        {
            handled = true;
            return new GetSystemInfoResponse();
        });
        var channel = server.Connect();

        await Should.ThrowAsync<OperationCanceledException>(channel(new RpcCall(new GetSystemInfoRequest(), new CancellationToken(canceled: true))));

        handled.ShouldBeFalse();
    }

    private static RpcHandler Wait(TaskCompletionSource<RpcCall> seen) => async Task<IMessage> (call) =>
    {
        seen.TrySetResult(call);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Cancellation);
        throw new InvalidOperationException("not reached");
    };
}
