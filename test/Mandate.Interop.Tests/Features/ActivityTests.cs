using System.Text.Json;
using Mandate.Interop.Tests.Harness;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>Activities in all their ends.</summary>
public abstract class ActivityTests(TypeScriptDriver typeScript, ITestOutputHelper output) : InteropTest(typeScript, output)
{
    private readonly TestClock _clock = new();

    /// <inheritdoc/>
    protected override TimeProvider Clock => _clock;

    [Fact]
    public async Task Retry_FailsTwice_TheThirdAttemptCounts()
    {
        await StartWorkerAsync();
        var run = await StartAsync("retried", 3, new { });

        (await Client.ResultAsync<int>(WorkflowId)).ShouldBe(3);
        var started = (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events.Single(e => e.EventType == EventType.ActivityTaskStarted).ActivityTaskStartedEventAttributes;
        started.Attempt.ShouldBe(3);
        started.LastFailure.Message.ShouldBe("attempt 2 fails");
    }

    [Fact]
    public async Task Retry_MaximumAttemptsReached_FailsWithTheLastFailure()
    {
        await StartWorkerAsync();
        await StartAsync("retried", 9, new { maximumAttempts = 2 });

        var chain = (await FailureAsync()).Chain().ToList();

        (chain[1].Name, chain[1].RetryState).ShouldBe(("ActivityFailure", "MAXIMUM_ATTEMPTS_REACHED"));
        (chain[2].Message, chain[2].Type).ShouldBe(("attempt 2 fails", "NotYet"));
    }

    [Fact]
    public async Task Retry_ErrorTypeListedAsNonRetryable_FailsAtOnce()
    {
        await StartWorkerAsync();
        await StartAsync("retried", 9, new { nonRetryableErrorTypes = new[] { "NotYet" } });

        var chain = (await FailureAsync()).Chain().ToList();

        chain[1].RetryState.ShouldBe("NON_RETRYABLE_FAILURE");
        chain[2].Message.ShouldBe("attempt 1 fails");
    }

    [Fact]
    public async Task Failure_NonRetryable_ReachesTheClientWithItsType()
    {
        await StartWorkerAsync();
        await StartAsync("failsForGood");

        var cause = (await FailureAsync()).Chain().Last();

        (cause.Name, cause.Message, cause.Type, cause.NonRetryable).ShouldBe(("ApplicationFailure", "no way", "ForGood", true));
    }

    [Fact]
    public async Task Heartbeat_AttemptFails_TheNextOneGoesOnFromTheLastDetails()
    {
        await StartWorkerAsync();
        await StartAsync("heartbeats", 4);

        var answer = await Client.ResultAsync<JsonElement>(WorkflowId);

        (answer.GetProperty("attempt").GetInt32(), answer.GetProperty("from").GetInt32()).ShouldBe((2, 2));
    }

    private const int Minute = 60_000;

    /// <summary>Name, options of the activity, by how much the engine's clock is set forward when each of the attempts is on, and what the workflow sees.</summary>
    public static TheoryData<string, object, int[], string> TimeOuts() => new()
    {
        { "start to close", new { startToCloseTimeout = 10 * Minute }, [10 * Minute], "START_TO_CLOSE" },
        { "heartbeat", new { startToCloseTimeout = 60 * Minute, heartbeatTimeout = 10 * Minute }, [10 * Minute], "HEARTBEAT" },
        { "schedule to start", new { startToCloseTimeout = 60 * Minute, scheduleToStartTimeout = 10 * Minute, taskQueue = "nobody-polls" }, [10 * Minute], "SCHEDULE_TO_START" },
        {
            "schedule to close", new { startToCloseTimeout = 20 * Minute, scheduleToCloseTimeout = 30 * Minute, retry = new { initialInterval = 10, backoffCoefficient = 1 } },
            [20 * Minute, 10 * Minute], "SCHEDULE_TO_CLOSE"
        },
    };

    [Theory]
    [MemberData(nameof(TimeOuts))]
    public async Task TimeOut_Passes_TheWorkflowSeesWhichOne(string name, object options, int[] forwards, string expected)
    {
        name.ShouldNotBeEmpty();
        await StartWorkerAsync();
        await StartAsync("timesOut", options);
        var state = expected == "SCHEDULE_TO_START" ? PendingActivityState.Scheduled : PendingActivityState.Started;
        for (var attempt = 1; attempt <= forwards.Length; attempt++)
        {
            await UntilAsync(async () => (await Client.DescribeAsync(WorkflowId)).PendingActivities is [var activity] && activity.Attempt == attempt && activity.State == (int)state);
            _clock.Forward(TimeSpan.FromMilliseconds(forwards[attempt - 1]));
        }

        (await Client.ResultAsync<JsonElement>(WorkflowId)).GetProperty("timeoutType").GetString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("WAIT_CANCELLATION_COMPLETED")]
    [InlineData("TRY_CANCEL")]
    [InlineData("ABANDON")]
    public async Task Cancel_StartedActivity_EndsAsItsCancellationTypeSays(string cancellationType)
    {
        await StartWorkerAsync();
        var run = await StartAsync("cancelsActivity", WorkflowId, cancellationType);
        await ArrivalAsync(WorkflowId);

        await Client.SignalAsync(WorkflowId, "stop");

        (await Client.ResultAsync<string>(WorkflowId)).ShouldBe("cancelled");
        var events = (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events.Select(e => e.EventType).ToList();
        events.Contains(EventType.ActivityTaskCancelRequested).ShouldBe(cancellationType != "ABANDON");
        events.Contains(EventType.ActivityTaskCanceled).ShouldBe(cancellationType == "WAIT_CANCELLATION_COMPLETED");
    }

    [Fact]
    public async Task Cancel_ActivityNobodyStarted_IsCancelledAtOnce()
    {
        await StartWorkerAsync();
        await StartAsync("cancelsActivity", WorkflowId, "WAIT_CANCELLATION_COMPLETED", "nobody-polls");
        await UntilAsync(async () => (await Client.DescribeAsync(WorkflowId)).PendingActivities.Count == 1);

        await Client.SignalAsync(WorkflowId, "stop");

        (await Client.ResultAsync<string>(WorkflowId)).ShouldBe("cancelled");
    }

    [Fact]
    public async Task CancelTimer_Running_IsCancelled()
    {
        await StartWorkerAsync();
        var run = await StartAsync("cancelsTimer");

        (await Client.ResultAsync<string>(WorkflowId)).ShouldBe("cancelled");
        (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events.ShouldContain(e => e.EventType == EventType.TimerCanceled);
    }

    [Fact]
    public async Task CancelWorkflow_WithCleanUp_RunsItBeforeItEnds()
    {
        await StartWorkerAsync();
        var run = await StartAsync("cleansUp");
        await UntilAsync(async () => (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events.Any(e => e.EventType == EventType.TimerStarted));

        await Client.CancelAsync(WorkflowId);

        (await FailureAsync()).Chain().Last().Name.ShouldBe("CancelledFailure");
        (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events.Select(e => e.EventType).ShouldContain(EventType.ActivityTaskCompleted);
    }

    [Fact]
    public async Task FanOut_HundredActivities_AllAnswersArrive()
    {
        await StartWorkerAsync();
        await StartAsync("fanOut", 100);

        (await Client.ResultAsync<int>(WorkflowId)).ShouldBe(4950);
    }

    [Fact]
    public async Task LocalActivity_Retried_LeavesAMarkerAndNoActivityEvent()
    {
        await StartWorkerAsync();
        var run = await StartAsync("local", "Ada", 2);

        (await Client.ResultAsync<string>(WorkflowId)).ShouldBe("Hello, Ada! at 2");
        var events = (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events;
        events.Count(e => e.EventType == EventType.MarkerRecorded).ShouldBe(2);
        events.ShouldNotContain(e => e.EventType == EventType.ActivityTaskScheduled);
    }

    [Fact]
    public async Task LocalActivity_LongerThanATaskMayTake_HeartbeatsTheTask()
    {
        // The engine waits far longer than the worker thinks it does, so that the heartbeats of a slow machine are not late.
        _clock.Slow(120);
        await StartWorkerAsync();
        var run = await StartWithAsync("longLocal", new { workflowTaskTimeout = "1s" }, WorkflowId);
        await ArrivalAsync(WorkflowId);
        await UntilAsync(async () => (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events.Count(e => e.EventType == EventType.WorkflowTaskCompleted) >= 2);
        await OpenAsync(WorkflowId);

        (await Client.ResultAsync<string>(WorkflowId)).ShouldBe($"passed {WorkflowId}");
        (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events.ShouldNotContain(e => e.EventType == EventType.WorkflowTaskTimedOut);
        (await Workers.ArrivalsAsync(WorkflowId)).ShouldBe(1);
        // Each heartbeat asks for the next task, which comes with the answer.
        Recorder.Of<RespondWorkflowTaskCompletedRequest, RespondWorkflowTaskCompletedResponse>().ShouldContain(c => c.Request.ForceCreateNewWorkflowTask && c.Response.WorkflowTask != null);
    }

    [Fact]
    public async Task Completion_FromOutsideById_IsTheActivitysResult()
    {
        await StartWorkerAsync();
        await StartAsync("completedElsewhere", WorkflowId);
        await ArrivalAsync(WorkflowId);
        var activity = (await Client.DescribeAsync(WorkflowId)).PendingActivities.ShouldHaveSingleItem();

        await Client.CompleteActivityAsync(WorkflowId, activity.ActivityId, "from outside");

        (await Client.ResultAsync<string>(WorkflowId)).ShouldBe("from outside");
    }

    [Fact]
    public async Task Failure_FromOutsideById_IsTheActivitysFailure()
    {
        await StartWorkerAsync();
        await StartAsync("completedElsewhere", WorkflowId);
        await ArrivalAsync(WorkflowId);
        var activity = (await Client.DescribeAsync(WorkflowId)).PendingActivities.ShouldHaveSingleItem();

        await Client.FailActivityAsync(WorkflowId, activity.ActivityId, "failed outside");

        // The failure can be retried, and so it is; the next attempt is completed.
        await ArrivalAsync(WorkflowId, times: 2);
        await UntilAsync(async () => (await Client.DescribeAsync(WorkflowId)).PendingActivities.Single() is { Attempt: 2, State: 2 });
        await Client.CompleteActivityAsync(WorkflowId, activity.ActivityId, "at last");
        (await Client.ResultAsync<string>(WorkflowId)).ShouldBe("at last");
    }

    [Fact]
    public async Task Cancel_CompletedFromOutside_IsHeardByItsHeartbeatAndReported()
    {
        await StartWorkerAsync();
        await StartAsync("completedElsewhere", WorkflowId);
        await ArrivalAsync(WorkflowId);
        var activity = (await Client.DescribeAsync(WorkflowId)).PendingActivities.ShouldHaveSingleItem();
        await Client.HeartbeatActivityAsync(WorkflowId, activity.ActivityId, "alive");

        await Client.CancelAsync(WorkflowId);

        await UntilAsync(async () => await IsToldToStopAsync(activity.ActivityId));
        await Client.ReportActivityCancelledAsync(WorkflowId, activity.ActivityId);
        (await FailureAsync()).Chain().Last().Name.ShouldBe("CancelledFailure");
    }

    [Fact]
    public async Task Result_LargerThanTheEngineKeeps_FailsTheActivityWithTheLimit()
    {
        await StartWorkerAsync();
        await StartAsync("tooLarge", 3_000_000);

        // The TypeScript worker knows the limit from the namespace and does not even send the result.
        (await FailureAsync()).Chain().Last().Message.ShouldContain("limit");
    }

    [Fact]
    public async Task Context_OfAnActivity_TellsWhereItBelongs()
    {
        await StartWorkerAsync();
        var run = await StartAsync("activityContext");

        var info = (await Client.ResultAsync<JsonElement>(WorkflowId)).GetProperty("info");

        info.GetProperty("workflowExecution").GetProperty("workflowId").GetString().ShouldBe(run.WorkflowId);
        info.GetProperty("workflowExecution").GetProperty("runId").GetString().ShouldBe(run.RunId);
        info.GetProperty("workflowType").GetString().ShouldBe("activityContext");
        info.GetProperty("activityType").GetString().ShouldBe("describeInfo");
        (info.GetProperty("startToCloseTimeoutMs").GetInt32(), info.GetProperty("heartbeatTimeoutMs").GetInt32()).ShouldBe((30_000, 5_000));
    }

    private async Task<bool> IsToldToStopAsync(string activityId)
    {
        try
        {
            await Client.HeartbeatActivityAsync(WorkflowId, activityId, "alive");
            return false;
        }
        catch (SdkException e) when (e.Error.Name == "ActivityCancelledError")
        {
            return true;
        }
    }

    private async Task<SdkError> FailureAsync() =>
        (await Should.ThrowAsync<SdkException>(() => Client.ResultAsync<JsonElement>(WorkflowId))).Error;
}
