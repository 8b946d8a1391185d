using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.Tests.Support;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Tests;

/// <summary>Activities: starts, retries, time-outs, heartbeats, cancellation.</summary>
public sealed class ActivityTests
{
    [Fact]
    public async Task Failure_WithAttemptsLeft_IsRetriedAfterTheBackoff()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Activity());
        await host.FailActivityAsync(await host.NextActivityAsync(), "first");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await host.NextActivityAsync();
        second.Attempt.ShouldBe(2);
        await host.FailActivityAsync(second, "second");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        (await host.DescribeAsync("order")).PendingActivities.Single().State.ShouldBe(PendingActivityState.Scheduled);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var third = await host.NextActivityAsync();
        third.Attempt.ShouldBe(3);
        await host.CompleteActivityAsync(third);

        var history = await host.HistoryAsync("order");
        var started = history.Single(e => e.EventType == EventType.ActivityTaskStarted).ActivityTaskStartedEventAttributes;
        started.Attempt.ShouldBe(3);
        started.LastFailure.Message.ShouldBe("second");
    }

    [Theory]
    [InlineData("max", RetryState.MaximumAttemptsReached)]
    [InlineData("type", RetryState.NonRetryableFailure)]
    [InlineData("flag", RetryState.NonRetryableFailure)]
    [InlineData("expired", RetryState.Timeout)]
    public async Task Failure_ThatIsFinal_IsRecordedWithItsReason(string reason, RetryState expected)
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Activity(change: a =>
        {
            a.RetryPolicy = new() { InitialInterval = Seconds(10), MaximumAttempts = reason == "max" ? 1 : 0 };
            if (reason == "type")
                a.RetryPolicy.NonRetryableErrorTypes.Add("Custom");
            if (reason == "expired")
                a.ScheduleToCloseTimeout = Seconds(5);
        }));
        await host.FailActivityAsync(await host.NextActivityAsync(), "no", "Custom", nonRetryable: reason == "flag");
        var failed = (await host.HistoryAsync("order")).Single(e => e.EventType == EventType.ActivityTaskFailed).ActivityTaskFailedEventAttributes;
        failed.RetryState.ShouldBe(expected);
        failed.Failure.Message.ShouldBe("no");
    }

    [Fact]
    public async Task Failure_WithANextRetryDelay_WaitsThatLong()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Activity());
        await host.CallAsync<RespondActivityTaskFailedResponse>(new RespondActivityTaskFailedRequest
        {
            TaskToken = (await host.NextActivityAsync()).TaskToken,
            Failure = new() { Message = "later", ApplicationFailureInfo = new() { NextRetryDelay = Seconds(30) } },
        });
        var pending = (await host.DescribeAsync("order")).PendingActivities.Single();
        (pending.NextAttemptScheduleTime.ToDateTimeOffset() - pending.LastAttemptCompleteTime.ToDateTimeOffset()).ShouldBe(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task StartToClose_Passed_EndsTheAttempt()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Activity(change: a =>
        {
            a.StartToCloseTimeout = Seconds(5);
            a.RetryPolicy = new() { MaximumAttempts = 1 };
        }));
        var activity = await host.NextActivityAsync();
        host.Time.Advance(TimeSpan.FromSeconds(5));
        await host.HasEventAsync("order", EventType.ActivityTaskTimedOut);
        var timedOut = (await host.HistoryAsync("order")).Single(e => e.EventType == EventType.ActivityTaskTimedOut).ActivityTaskTimedOutEventAttributes;
        timedOut.Failure.TimeoutFailureInfo.TimeoutType.ShouldBe(TimeoutType.StartToClose);
        timedOut.StartedEventId.ShouldBe(6);
        (await Should.ThrowAsync<RpcException>(() => host.CompleteActivityAsync(activity))).Code.ShouldBe(RpcStatusCode.NotFound);
    }

    [Fact]
    public async Task ScheduleToStart_Passed_IsNotRetried()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Activity(change: a => a.ScheduleToStartTimeout = Seconds(5)));
        host.Time.Advance(TimeSpan.FromSeconds(5));
        await host.HasEventAsync("order", EventType.ActivityTaskTimedOut);
        var history = await host.HistoryAsync("order");
        history.ShouldNotContain(e => e.EventType == EventType.ActivityTaskStarted);
        history.Single(e => e.EventType == EventType.ActivityTaskTimedOut).ActivityTaskTimedOutEventAttributes.Failure.TimeoutFailureInfo.TimeoutType.ShouldBe(TimeoutType.ScheduleToStart);
    }

    // On a tie schedule-to-start wins over schedule-to-close.
    [Fact]
    public async Task ScheduleToStart_TiedWithScheduleToClose_Wins()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Activity(change: a => a.ScheduleToCloseTimeout = Seconds(5)));
        host.Time.Advance(TimeSpan.FromSeconds(5));
        await host.HasEventAsync("order", EventType.ActivityTaskTimedOut);
        (await host.HistoryAsync("order")).Single(e => e.EventType == EventType.ActivityTaskTimedOut)
            .ActivityTaskTimedOutEventAttributes.Failure.TimeoutFailureInfo.TimeoutType.ShouldBe(TimeoutType.ScheduleToStart);
    }

    [Fact]
    public async Task ScheduleToClose_PassedWhileRunning_EndsTheActivity()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Activity(change: a =>
        {
            a.ScheduleToCloseTimeout = Seconds(5);
            a.StartToCloseTimeout = Seconds(60);
        }));
        host.Time.Advance(TimeSpan.FromSeconds(2));
        await host.NextActivityAsync();
        host.Time.Advance(TimeSpan.FromSeconds(3));
        await host.HasEventAsync("order", EventType.ActivityTaskTimedOut);
        (await host.HistoryAsync("order")).Single(e => e.EventType == EventType.ActivityTaskTimedOut)
            .ActivityTaskTimedOutEventAttributes.Failure.TimeoutFailureInfo.TimeoutType.ShouldBe(TimeoutType.ScheduleToClose);
    }

    [Fact]
    public async Task Heartbeat_Missing_EndsTheAttemptAndTheNextGetsItsDetails()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Activity(change: a => a.HeartbeatTimeout = Seconds(5)));
        var activity = await host.NextActivityAsync();
        host.Time.Advance(TimeSpan.FromSeconds(4));
        (await host.HeartbeatAsync(activity, "half")).CancelRequested.ShouldBeFalse();
        host.Time.Advance(TimeSpan.FromSeconds(4));
        (await host.DescribeAsync("order")).PendingActivities.Single().Attempt.ShouldBe(1);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await Wait.UntilAsync(async () => (await host.DescribeAsync("order")).PendingActivities.Single().Attempt == 2, "the attempt to end");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await host.NextActivityAsync();
        second.Attempt.ShouldBe(2);
        second.HeartbeatDetails.ShouldBe(EngineHost.Text("half"));
    }

    [Fact]
    public async Task Cancel_BeforeAWorkerHasIt_EndsItInTheSameBatch()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Activity());
        await host.SignalAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.CancelActivity(5), Commands.Timer());
        var history = await host.HistoryAsync("order");
        history.Skip(9).Select(e => e.EventType).ShouldBe(
            [EventType.ActivityTaskCancelRequested, EventType.TimerStarted, EventType.ActivityTaskCanceled, EventType.WorkflowTaskScheduled]);
        history[11].ActivityTaskCanceledEventAttributes.LatestCancelRequestedEventId.ShouldBe(10);
        var poll = host.PollActivityAsync();
        await host.AdvanceUntilAsync(poll, TimeSpan.FromSeconds(10));
        (await poll).TaskToken.IsEmpty.ShouldBeTrue("a canceled activity goes to nobody");
    }

    // A worker that ends a run cancels what is still open in the same breath; nobody reads past the event that ends a run.
    [Fact]
    public async Task Cancel_TogetherWithTheEndOfTheRun_LeavesTheEndLast()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order-1");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Activity());
        await host.SignalAsync("order-1");

        await host.CompleteAsync(await host.NextTaskAsync(), Commands.CancelActivity(5), Commands.Complete());

        var history = await host.HistoryAsync("order-1");
        history.TakeLast(3).Select(e => e.EventType).ShouldBe([EventType.WorkflowTaskCompleted, EventType.ActivityTaskCancelRequested, EventType.WorkflowExecutionCompleted]);
        await host.RestartAsync();
        (await host.HistoryAsync("order-1")).ShouldBe(history);
        (await host.StatusAsync("order-1")).ShouldBe(WorkflowExecutionStatus.Completed);
    }

    [Fact]
    public async Task Cancel_WhileRunning_IsToldByTheHeartbeat()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Activity());
        var activity = await host.NextActivityAsync();
        (await Should.ThrowAsync<RpcException>(() => host.ReportCanceledAsync(activity))).Code.ShouldBe(RpcStatusCode.InvalidArgument);
        await host.SignalAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.CancelActivity(5));
        (await host.HeartbeatAsync(activity)).CancelRequested.ShouldBeTrue();
        await host.ReportCanceledAsync(activity);
        var canceled = (await host.HistoryAsync("order")).Single(e => e.EventType == EventType.ActivityTaskCanceled).ActivityTaskCanceledEventAttributes;
        canceled.LatestCancelRequestedEventId.ShouldBe(10);
        canceled.StartedEventId.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Failure_AfterACancelRequest_IsNotRetried()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Activity());
        var activity = await host.NextActivityAsync();
        await host.SignalAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.CancelActivity(5));
        await host.FailActivityAsync(activity);
        (await host.HistoryAsync("order")).Single(e => e.EventType == EventType.ActivityTaskFailed)
            .ActivityTaskFailedEventAttributes.RetryState.ShouldBe(RetryState.CancelRequested);
    }

    [Fact]
    public async Task Command_WithoutAnyCloseTimeout_FailsTheTask()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        var error = await Should.ThrowAsync<RpcException>(async () => await host.CompleteAsync(
            await host.NextTaskAsync(), Commands.Activity(change: a => a.StartToCloseTimeout = null)));
        error.Message.ShouldContain("start-to-close");
        (await host.HistoryAsync("order"))[^1].WorkflowTaskFailedEventAttributes.Cause.ShouldBe(WorkflowTaskFailedCause.BadScheduleActivityAttributes);
    }

    [Fact]
    public async Task Poll_WhoseCallerHasGone_GetsNoTask()
    {
        await using var host = await EngineHost.StartAsync();
        using var gone = new CancellationTokenSource();
        var dead = host.PollActivityAsync(cancellation: gone.Token);
        await host.WaitingAsync("orders", activity: true);
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => dead.Soon());
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Activity());
        (await host.NextActivityAsync()).Attempt.ShouldBe(1);
    }

    private static Duration Seconds(double seconds) => Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("result", "Complete result exceeds size limit.")]
    [InlineData("failure", "Failure exceeds size limit.")]
    [InlineData("heartbeat", "Heartbeat details exceed size limit.")]
    [InlineData("cancellation", "Cancel details exceed size limit.")]
    public async Task Report_LargerThanTheLimit_FailsTheActivityForGood(string what, string message)
    {
        await using var host = await EngineHost.StartAsync(o => o with { Limits = new() { MaxBlobBytes = 1_000 } });
        await host.StartAsync("order-1");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Activity());
        var activity = await host.NextActivityAsync();
        if (what == "cancellation")
        {
            await host.SignalAsync("order-1");
            await host.CompleteAsync(await host.NextTaskAsync(), Commands.CancelActivity(5));
        }

        var large = new string('x', 1_000);
        await (what switch
        {
            "result" => host.CompleteActivityAsync(activity, large),
            "failure" => host.FailActivityAsync(activity, large),
            "cancellation" => host.CallAsync<RespondActivityTaskCanceledResponse>(new RespondActivityTaskCanceledRequest { TaskToken = activity.TaskToken, Details = EngineHost.Text(large) }),
            _ => HeartbeatAsync(),
        });

        var failed = (await host.HistoryAsync("order-1")).Single(e => e.EventType == EventType.ActivityTaskFailed).ActivityTaskFailedEventAttributes;
        failed.Failure.Message.ShouldStartWith(message);
        failed.Failure.Message.ShouldContain("the limit is 1000");
        failed.RetryState.ShouldBe(what == "cancellation" ? RetryState.CancelRequested : RetryState.NonRetryableFailure);

        async Task HeartbeatAsync() => (await host.HeartbeatAsync(activity, large)).CancelRequested.ShouldBeTrue();
    }
}
