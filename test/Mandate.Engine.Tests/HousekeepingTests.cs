using Mandate.Engine.Tests.Support;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Tests;

/// <summary>What the engine does so that it can run for long, and stop at any time.</summary>
public sealed class HousekeepingTests
{
    [Fact]
    public async Task Queues_NobodyUses_AreForgotten()
    {
        await using var host = await EngineHost.StartAsync();
        for (var i = 0; i < 50; i++)
        {
            using var gone = new CancellationTokenSource();
            var poll = host.PollAsync($"queue-{i}", cancellation: gone.Token);
            await host.WaitingAsync($"queue-{i}", activity: false);
            await gone.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => poll.Soon());
        }

        await host.StartAsync("kept", r => r.TaskQueue.Name = "backlog");
        host.Engine.Core.Matcher.QueueCount.ShouldBeGreaterThan(50);
        await Wait.UntilAsync(
            () =>
            {
                host.Time.Advance(TimeSpan.FromMinutes(5));
                return host.Engine.Core.Matcher.QueueCount == 1;
            },
            "the idle queues to be forgotten");
        (await host.NextTaskAsync("backlog")).WorkflowExecution.WorkflowId.ShouldBe("kept");
        await host.StartAsync("again", r => r.TaskQueue.Name = "queue-3");
        (await host.NextTaskAsync("queue-3")).WorkflowExecution.WorkflowId.ShouldBe("again");
    }

    [Fact]
    public async Task Stop_EndsCallsThatWait()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartIdleAsync("order");
        var poll = host.PollAsync();
        await host.WaitingAsync("orders", activity: false);
        var result = host.Handler.CallAsync<GetWorkflowExecutionHistoryResponse>(new GetWorkflowExecutionHistoryRequest
        {
            Namespace = "default",
            Execution = new() { WorkflowId = "order" },
            WaitNewEvent = true,
            HistoryEventFilterType = HistoryEventFilterType.CloseEvent,
        });
        await Wait.UntilAsync(() => host.RunOf("order").Changed.HasWaiters, "the call to wait");
        await host.Engine.DisposeAsync();
        (await EndAsync(poll)).ShouldBeTrue("the poll ends without a task");
        (await Should.ThrowAsync<RpcException>(() => result.Soon())).Code.ShouldBe(RpcStatusCode.Unavailable);
        (await Should.ThrowAsync<RpcException>(() => host.StartAsync("late"))).Code.ShouldBe(RpcStatusCode.Unavailable);
        await host.OpenAsync();
        (await host.StatusAsync("order")).ShouldBe(WorkflowExecutionStatus.Running);
    }

    /// <summary>True when the poll has no task: its empty answer and the engine's end race each other.</summary>
    private static async Task<bool> EndAsync(Task<PollWorkflowTaskQueueResponse> poll)
    {
        try
        {
            return (await poll.Soon()).TaskToken.IsEmpty;
        }
        catch (RpcException error)
        {
            return error.Code == RpcStatusCode.Unavailable;
        }
    }

    [Fact]
    public async Task History_PastItsLimit_EndsTheRunWithTheReason()
    {
        await using var host = await EngineHost.StartAsync(o => o with { Limits = new() { MaxHistoryEvents = 50 } });
        await host.StartAsync("order");
        var refusal = await Should.ThrowAsync<RpcException>(async () =>
        {
            for (var i = 0; i < 100; i++)
                await host.SignalAsync("order");
        });
        refusal.Code.ShouldBe(RpcStatusCode.NotFound);
        var last = (await host.HistoryAsync("order"))[^1];
        last.EventType.ShouldBe(EventType.WorkflowExecutionTerminated);
        last.WorkflowExecutionTerminatedEventAttributes.Reason.ShouldContain("50");
    }

    [Fact]
    public async Task LongHistory_AdvisesToContinueAsNew()
    {
        await using var host = await EngineHost.StartAsync(o => o with { Limits = new() { SuggestContinueAsNewEvents = 10 } });
        await host.StartAsync("order");
        var first = await host.NextTaskAsync();
        first.History.Events[^1].WorkflowTaskStartedEventAttributes.SuggestContinueAsNew.ShouldBeFalse();
        await host.CompleteAsync(first, [.. Enumerable.Range(0, 10).Select(_ => Commands.Marker())]);
        await host.SignalAsync("order");
        var started = (await host.NextTaskAsync()).History.Events[^1].WorkflowTaskStartedEventAttributes;
        started.SuggestContinueAsNew.ShouldBeTrue();
        started.SuggestContinueAsNewReasons.ShouldBe([SuggestContinueAsNewReason.TooManyHistoryEvents]);
        started.HistorySizeBytes.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task ClosedWorkflows_BeyondThoseKept_AreReadFromTheStore()
    {
        await using var host = await EngineHost.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            await host.StartAsync($"order-{i}");
            await host.CompleteAsync(await host.NextTaskAsync(), Commands.Complete($"{i}"));
        }

        await host.RestartAsync();
        for (var i = 0; i < 20; i++)
            (await host.HistoryAsync($"order-{i}"))[^1].WorkflowExecutionCompletedEventAttributes.Result.ShouldBe(EngineHost.Text($"{i}"));
    }

    // Timers, tasks, back-offs and messages are taken up again after a restart.
    [Fact]
    public async Task Restart_TakesUpEverythingThatWasPending()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order", r => r.WorkflowRunTimeout = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromHours(1)));
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Timer("t", 60), Commands.Activity("running"), Commands.Activity("waiting"), Commands.Child("child"));
        var running = await host.NextActivityAsync();
        await host.HeartbeatAsync(running, "halfway");
        await host.FailActivityAsync(await host.NextActivityAsync());
        await host.HasEventAsync("order", EventType.ChildWorkflowExecutionStarted);
        await host.RestartAsync();

        var pending = (await host.DescribeAsync("order")).PendingActivities.ToDictionary(a => a.ActivityId);
        pending["running"].State.ShouldBe(PendingActivityState.Started);
        pending["running"].HeartbeatDetails.ShouldBe(EngineHost.Text("halfway"));
        pending["waiting"].Attempt.ShouldBe(2);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var retry = await host.NextActivityAsync();
        retry.ActivityId.ShouldBe("waiting");
        retry.Attempt.ShouldBe(2);
        await host.CompleteActivityAsync(retry);
        await host.CompleteActivityAsync(running);
        await host.CompleteAsync(await host.NextTaskAsync("children"), Commands.Complete());
        host.Time.Advance(TimeSpan.FromSeconds(60));
        await host.HasEventAsync("order", EventType.ChildWorkflowExecutionCompleted);
        await host.HasEventAsync("order", EventType.TimerFired);
        await host.CompleteAsync(await host.NextTaskAsync());
        host.Time.Advance(TimeSpan.FromHours(1));
        await Wait.UntilAsync(async () => await host.StatusAsync("order") == WorkflowExecutionStatus.TimedOut, "the run to time out");
    }

    [Fact]
    public async Task Restart_WithATransientTaskStarted_StillTakesItsAnswer()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.FailTaskAsync(await host.NextTaskAsync());
        var second = await host.NextTaskAsync();
        await host.SignalAsync("order");
        await host.RestartAsync();
        await host.CompleteAsync(second, Commands.Timer());
        (await host.HistoryAsync("order")).Select(e => e.EventType).Skip(4).ShouldBe(
        [
            EventType.WorkflowTaskScheduled, EventType.WorkflowTaskStarted, EventType.WorkflowTaskCompleted, EventType.TimerStarted,
            EventType.WorkflowExecutionSignaled, EventType.WorkflowTaskScheduled,
        ]);
    }
}
