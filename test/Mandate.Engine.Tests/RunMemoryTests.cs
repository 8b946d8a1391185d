using Mandate.Engine.Tests.Support;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Tests;

/// <summary>What runs take in memory is counted, bounded and given back.</summary>
public sealed class RunMemoryTests
{
    [Fact]
    public async Task Memory_PastItsLimit_RefusesNewWorkUntilRunsHaveEnded()
    {
        await using var host = await EngineHost.StartAsync(o => o with { Limits = new() { MaxRunMemoryBytes = 1024 * 1024 } });
        var started = 0;
        RpcException? refusal = null;
        while (refusal is null && started < 100)
        {
            try
            {
                await host.StartAsync($"order-{started}", r => r.Input = EngineHost.Text(new string('x', 100_000)));
                started++;
            }
            catch (RpcException error)
            {
                refusal = error;
            }
        }

        refusal.ShouldNotBeNull().Code.ShouldBe(RpcStatusCode.ResourceExhausted);
        refusal.Message.ShouldContain("MaxRunMemoryBytes");
        (await Should.ThrowAsync<RpcException>(() => host.SignalAsync("order-0"))).Code.ShouldBe(RpcStatusCode.ResourceExhausted);

        // What was accepted can be finished, and makes room.
        for (var i = 0; i < started; i++)
            await host.CompleteAsync(await host.NextTaskAsync(), Commands.Complete());
        await host.StartAsync("next", r => r.Input = EngineHost.Text(new string('x', 100_000)));
        host.Engine.Core.Memory.Used.ShouldBeLessThan(1024 * 1024);
    }

    [Fact]
    public async Task Memory_IsGivenBackWithTheRuns()
    {
        await using var host = await EngineHost.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await host.StartAsync($"order-{i}", r => r.Input = EngineHost.Text(new string('x', 10_000)));
            await host.TerminateAsync($"order-{i}");
        }

        host.Engine.Core.Memory.Used.ShouldBeGreaterThan(50_000);
        for (var i = 0; i < 5; i++)
        {
            await host.CallAsync<DeleteWorkflowExecutionResponse>(
                new DeleteWorkflowExecutionRequest { Namespace = "default", WorkflowExecution = new() { WorkflowId = $"order-{i}" } });
        }

        host.Engine.Core.Memory.Used.ShouldBe(0);
    }

    [Fact]
    public async Task Memory_CountsWhatARunTakesAfterARestartToo()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order", r => r.Input = EngineHost.Text(new string('x', 10_000)));
        var before = host.Engine.Core.Memory.Used;
        await host.RestartAsync();
        host.Engine.Core.Memory.Used.ShouldBe(before);
    }

    // A chain that goes on for years must not keep all its runs.
    [Fact]
    public async Task ContinuedRuns_LeaveMemory()
    {
        await using var host = await EngineHost.StartAsync();
        var first = await host.StartAsync("order");
        for (var i = 0; i < 20; i++)
            await host.CompleteAsync(await host.NextTaskAsync(), Commands.ContinueAsNew());
        var chain = host.RunOf("order").Chain;
        await host.SignalAsync("order");
        chain.Runs.Count.ShouldBeLessThan(4);
        host.Engine.Core.Memory.Used.ShouldBeLessThan(4 * 16 * 1024);
        (await host.TypesAsync("order", first))[^1].ShouldBe(EventType.WorkflowExecutionContinuedAsNew);
    }

    // Whoever looked at a run, or waited for it and left, does not keep it in memory.
    [Fact]
    public async Task ClosedRuns_ThatWereLookedAt_LeaveMemoryWhenItIsShort()
    {
        await using var host = await EngineHost.StartAsync(o => o with { Limits = new() { MaxRunMemoryBytes = 200_000 } });
        await host.StartAsync("order");
        using (var gone = new CancellationTokenSource())
        {
            var waiting = host.Handler.CallAsync<GetWorkflowExecutionHistoryResponse>(
                new GetWorkflowExecutionHistoryRequest { Namespace = "default", Execution = new() { WorkflowId = "order" }, WaitNewEvent = true, HistoryEventFilterType = HistoryEventFilterType.CloseEvent },
                gone.Token);
            await Wait.UntilAsync(() => host.RunOf("order").Changed.HasWaiters, "the call to wait");
            await gone.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => waiting.Soon());
            await Wait.UntilAsync(() => !host.RunOf("order").Changed.HasWaiters, "the call to have left");
        }

        await host.TerminateAsync("order");
        await host.HistoryAsync("order");
        for (var i = 0; i < 100; i++)
        {
            await host.StartAsync($"next-{i}");
            await host.TerminateAsync($"next-{i}");
            await host.HistoryAsync($"next-{i}");
        }

        host.Engine.Core.Chains.Count.ShouldBeLessThan(50);
        host.Engine.Core.Memory.Used.ShouldBeLessThan(200_000);
    }

    [Fact]
    public async Task Signals_WhileATaskIsStarted_CountAgainstTheHistorysLimit()
    {
        await using var host = await EngineHost.StartAsync(o => o with { Limits = new() { MaxHistoryBytes = 100_000 } });
        await host.StartAsync("order");
        await host.NextTaskAsync();
        var refusal = await Should.ThrowAsync<RpcException>(async () =>
        {
            for (var i = 0; i < 1_000; i++)
                await host.SignalAsync("order", new string('s', 900));
        });
        refusal.Code.ShouldBe(RpcStatusCode.NotFound);
        (await host.StatusAsync("order")).ShouldBe(WorkflowExecutionStatus.Terminated);
    }
}
