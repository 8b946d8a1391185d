using System.Text.Json;
using Mandate.Engine;
using Mandate.Interop.Tests.Harness;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>Runs and their relations: continued and retried runs, children, other workflows, ids, versions.</summary>
public abstract class RunTests(TypeScriptDriver typeScript, ITestOutputHelper output) : InteropTest(typeScript, output)
{
    private readonly TestClock _clock = new();

    /// <inheritdoc/>
    protected override TimeProvider Clock => _clock;

    protected override EngineLimits Limits { get; } = new() { SuggestContinueAsNewEvents = 60 };

    private sealed record Link(string RunId, string? From, string First);

    [Fact]
    public async Task ContinueAsNew_Twice_TheResultFollowsTheChain()
    {
        await StartWorkerAsync();
        var run = await StartAsync("continues", 2);

        var chain = await Client.ResultAsync<Link[]>(WorkflowId);

        chain.Length.ShouldBe(3);
        chain.ShouldAllBe(l => l.First == run.RunId);
        chain.Select(l => l.From).ShouldBe([null, chain[0].RunId, chain[1].RunId]);
        (await Client.DescribeAsync(WorkflowId, run.RunId)).Status.ShouldBe("CONTINUED_AS_NEW");
    }

    [Fact]
    public async Task RetryPolicy_WorkflowFails_ANewRunWithTheNextAttemptStarts()
    {
        await StartWorkerAsync();
        var run = await StartWithAsync("failsUntilAttempt", new { retry = new { initialInterval = "10ms", maximumAttempts = 3 } }, 3);

        (await Client.ResultAsync<int>(WorkflowId)).ShouldBe(3);
        (await Client.DescribeAsync(WorkflowId, run.RunId)).Status.ShouldBe("FAILED");
    }

    [Theory]
    [InlineData("workflowExecutionTimeout")]
    [InlineData("workflowRunTimeout")]
    public async Task TimeOut_OfTheWorkflow_EndsIt(string option)
    {
        await StartWorkerAsync();
        await StartWithAsync("sleepsLong", new Dictionary<string, object> { [option] = "500ms" });

        var e = await Should.ThrowAsync<SdkException>(() => Client.ResultAsync<JsonElement>(WorkflowId));

        e.Error.Chain().Last().Name.ShouldBe("TimeoutFailure");
        (await Client.DescribeAsync(WorkflowId)).Status.ShouldBe("TIMED_OUT");
    }

    [Fact]
    public async Task SignalExternal_OtherWorkflowRuns_ItGetsTheSignal()
    {
        await StartWorkerAsync();
        var target = Track(await Client.StartAsync("approval", $"{WorkflowId}-target", Workers.Queue, [1]));
        await StartAsync("signalsExternal", target.WorkflowId);

        (await Client.ResultAsync<string>(WorkflowId)).ShouldBe("signalled");
        (await Client.ResultAsync<string[]>(target.WorkflowId)).ShouldBe([WorkflowId]);
    }

    [Fact]
    public async Task SignalExternal_NoSuchWorkflow_TheCallFails()
    {
        await StartWorkerAsync();
        await StartAsync("signalsExternal", "nobody");

        var e = await Should.ThrowAsync<SdkException>(() => Client.ResultAsync<string>(WorkflowId));

        e.Error.Chain().Last().Name.ShouldBe("ApplicationFailure");
    }

    [Fact]
    public async Task CancelExternal_OtherWorkflowRuns_ItIsCancelled()
    {
        await StartWorkerAsync();
        var target = Track(await Client.StartAsync("approval", $"{WorkflowId}-target", Workers.Queue, [1]));
        await StartAsync("cancelsExternal", target.WorkflowId);

        (await Client.ResultAsync<string>(WorkflowId)).ShouldBe("cancelled");
        await UntilAsync(async () => (await Client.DescribeAsync(target.WorkflowId)).Status == "CANCELLED");
    }

    [Fact]
    public async Task ParentClosePolicy_ParentCompletes_EachChildEndsAsItsPolicySays()
    {
        await StartWorkerAsync();
        await StartAsync("leavesChildren", (object)new[] { "TERMINATE", "REQUEST_CANCEL", "ABANDON" });
        await Client.ResultAsync<int>(WorkflowId);

        await UntilAsync(async () => (await Client.DescribeAsync($"{WorkflowId}/TERMINATE")).Status == "TERMINATED");
        await UntilAsync(async () => (await Client.DescribeAsync($"{WorkflowId}/REQUEST_CANCEL")).Status == "CANCELLED");
        (await Client.DescribeAsync($"{WorkflowId}/ABANDON")).Status.ShouldBe("RUNNING");
    }

    [Fact]
    public async Task Child_IdInUse_TheParentIsTold()
    {
        await StartWorkerAsync();
        var target = Track(await Client.StartAsync("approval", $"{WorkflowId}-target", Workers.Queue, [1]));
        await StartAsync("childAlreadyStarted", target.WorkflowId);

        (await Client.ResultAsync<string>(WorkflowId)).ShouldBe($"{target.WorkflowId} exists");
    }

    [Fact]
    public async Task Child_Cancelled_TheParentSeesIt()
    {
        await StartWorkerAsync();
        await StartAsync("cancelsChild");

        (await Client.ResultAsync<string>(WorkflowId)).ShouldBe("cancelled");
        (await Client.DescribeAsync($"{WorkflowId}/child")).Status.ShouldBe("CANCELLED");
    }

    [Fact]
    public async Task Child_SignalledByItsParent_GetsTheSignal()
    {
        await StartWorkerAsync();
        await StartAsync("signalsChild");

        (await Client.ResultAsync<string[]>(WorkflowId)).ShouldBe(["parent"]);
    }

    [Theory]
    [InlineData("ALLOW_DUPLICATE", "COMPLETED", true)]
    [InlineData("ALLOW_DUPLICATE", "TERMINATED", true)]
    [InlineData("ALLOW_DUPLICATE_FAILED_ONLY", "COMPLETED", false)]
    [InlineData("ALLOW_DUPLICATE_FAILED_ONLY", "TERMINATED", true)]
    [InlineData("REJECT_DUPLICATE", "COMPLETED", false)]
    public async Task IdReusePolicy_ClosedRunExists_StartsOrRefuses(string policy, string previous, bool starts)
    {
        await StartWorkerAsync();
        var first = await StartAsync("approval", 1);
        if (previous == "COMPLETED")
            await Client.SignalAsync(WorkflowId, "approve", "bob");
        else
            await Client.TerminateAsync(WorkflowId, "test");
        await UntilAsync(async () => (await Client.DescribeAsync(WorkflowId)).Status == previous);

        var start = StartWithAsync("approval", new { workflowIdReusePolicy = policy }, 1);

        if (starts)
            (await start).RunId.ShouldNotBe(first.RunId);
        else
            (await Should.ThrowAsync<SdkException>(() => start)).Error.Name.ShouldBe("WorkflowExecutionAlreadyStartedError");
    }

    [Theory]
    [InlineData("FAIL")]
    [InlineData("USE_EXISTING")]
    [InlineData("TERMINATE_EXISTING")]
    public async Task IdConflictPolicy_RunIsOpen_RefusesUsesOrTerminates(string policy)
    {
        await StartWorkerAsync();
        var first = await StartAsync("approval", 1);

        var start = StartWithAsync("approval", new { workflowIdConflictPolicy = policy }, 1);

        switch (policy)
        {
            case "FAIL":
                (await Should.ThrowAsync<SdkException>(() => start)).Error.Name.ShouldBe("WorkflowExecutionAlreadyStartedError");
                break;
            case "USE_EXISTING":
                (await start).RunId.ShouldBe(first.RunId);
                break;
            default:
                (await start).RunId.ShouldNotBe(first.RunId);
                (await Client.DescribeAsync(WorkflowId, first.RunId)).Status.ShouldBe("TERMINATED");
                break;
        }
    }

    [Fact]
    public async Task Patch_NewRun_TakesTheNewWayAndKeepsTheMarker()
    {
        await StartWorkerAsync();
        var run = await StartAsync("patches");

        (await Client.ResultAsync<string>(WorkflowId)).ShouldBe("new");
        var events = (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events;
        events.Where(e => e.EventType == EventType.MarkerRecorded).ShouldAllBe(e => e.MarkerRecordedEventAttributes.MarkerName == "core_patch");
        events.Count(e => e.EventType == EventType.MarkerRecorded).ShouldBe(2);
    }

    [Fact]
    public async Task Info_OfAWorkflow_TellsWhatItWasStartedWith()
    {
        await StartWorkerAsync();
        var run = await StartWithAsync("describesItself", new { workflowTaskTimeout = "7s", workflowRunTimeout = "5m", workflowExecutionTimeout = "10m" });

        var info = await Client.ResultAsync<JsonElement>(WorkflowId);

        info.GetProperty("runId").GetString().ShouldBe(run.RunId);
        (info.GetProperty("taskTimeoutMs").GetInt32(), info.GetProperty("runTimeoutMs").GetInt32(), info.GetProperty("executionTimeoutMs").GetInt32()).ShouldBe((7_000, 300_000, 600_000));
        info.GetProperty("attempt").GetInt32().ShouldBe(1);
        info.GetProperty("namespace").GetString().ShouldBe("default");
    }

    [Fact]
    public async Task Cron_RunCompletes_TheNextOneStartsOnSchedule()
    {
        await StartWorkerAsync();
        var first = await StartWithAsync("greet", new { cronSchedule = "@every 1s" }, "Ada");

        await UntilAsync(async () => (await Client.DescribeAsync(WorkflowId)).RunId != first.RunId);
        (await Client.DescribeAsync(WorkflowId, first.RunId)).Status.ShouldBe("COMPLETED");
        await Client.TerminateAsync(WorkflowId, "enough");
        var completed = (await Histories.OfAsync(Engine.Handler, WorkflowId, first.RunId)).Events[^1].WorkflowExecutionCompletedEventAttributes;
        completed.NewExecutionRunId.ShouldNotBeEmpty();
        var next = (await Histories.OfAsync(Engine.Handler, WorkflowId, completed.NewExecutionRunId)).Events[0].WorkflowExecutionStartedEventAttributes;
        (next.Initiator, next.ContinuedExecutionRunId, next.FirstExecutionRunId).ShouldBe((ContinueAsNewInitiator.CronSchedule, first.RunId, first.RunId));
        next.FirstWorkflowTaskBackoff.ToTimeSpan().ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task StartDelay_Passes_OnlyThenTheFirstTaskRuns()
    {
        await StartWorkerAsync();
        var run = await StartWithAsync("greet", new { startDelay = "1s" }, "Ada");

        (await Client.ResultAsync<string>(WorkflowId)).ShouldBe("Hello, Ada!");
        var events = (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events;
        events[1].EventType.ShouldBe(EventType.WorkflowTaskScheduled);
        (events[1].EventTime - events[0].EventTime).ToTimeSpan().ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Summary_GivenAtTheStart_IsKept()
    {
        await StartWithAsync("approval", new { staticSummary = "in short", staticDetails = "at length" }, 1);

        var config = (await Engine.Handler.CallAsync<DescribeWorkflowExecutionResponse>(
            new DescribeWorkflowExecutionRequest { Namespace = "default", Execution = new() { WorkflowId = WorkflowId } })).ExecutionConfig;

        config.UserMetadata.Summary.Data.ToStringUtf8().ShouldBe("\"in short\"");
        config.UserMetadata.Details.Data.ToStringUtf8().ShouldBe("\"at length\"");
    }

    [Fact]
    public async Task Summaries_OfActivityTimerAndChild_AreKept()
    {
        await StartWorkerAsync();
        var run = await StartAsync("summarizes");
        await Client.ResultAsync<JsonElement>(WorkflowId);

        var kept = (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events
            .Where(e => e.UserMetadata?.Summary is not null).Select(e => (e.EventType, e.UserMetadata.Summary.Data.ToStringUtf8()));

        kept.ShouldBe(
        [
            (EventType.ActivityTaskScheduled, "\"an activity\""), (EventType.TimerStarted, "\"a timer\""), (EventType.StartChildWorkflowExecutionInitiated, "\"a child\""),
        ]);
        (await Engine.Handler.CallAsync<DescribeWorkflowExecutionResponse>(new DescribeWorkflowExecutionRequest { Namespace = "default", Execution = new() { WorkflowId = $"{WorkflowId}/child" } }))
            .ExecutionConfig.UserMetadata.Details.Data.ToStringUtf8().ShouldBe("\"at length\"");
    }

    [Fact]
    public async Task History_GrowsLong_TheWorkflowIsAdvisedToContinueAsNew()
    {
        await StartWorkerAsync();
        var run = await StartAsync("continuesWhenAdvised");

        (await Client.ResultAsync<int>(WorkflowId)).ShouldBeGreaterThan(0);
        (await Client.DescribeAsync(WorkflowId, run.RunId)).Status.ShouldBe("CONTINUED_AS_NEW");
        (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events.Count.ShouldBeInRange(Limits.SuggestContinueAsNewEvents, Limits.SuggestContinueAsNewEvents + 20);
    }

    [Fact]
    public async Task Input_LargerThanTheEngineKeeps_IsRefusedWithSizeAndLimit()
    {
        var e = await Should.ThrowAsync<SdkException>(() => StartAsync("greet", new string('x', 3_000_000)));

        e.Error.ToString().ShouldContain("The input has 3000", Case.Sensitive);
        e.Error.ToString().ShouldContain("the limit is 2097152");
    }

    [Fact]
    public async Task IdReusePolicy_TerminateIfRunning_EndsTheRunAndStartsAnother()
    {
        await StartWorkerAsync();
        var first = await StartAsync("approval", 1);

        (await StartWithAsync("approval", new { workflowIdReusePolicy = "TERMINATE_IF_RUNNING" }, 1)).RunId.ShouldNotBe(first.RunId);

        (await Client.DescribeAsync(WorkflowId, first.RunId)).Status.ShouldBe("TERMINATED");
    }

    [Fact]
    public async Task WorkflowTask_FailsForAWhile_RecoversWithoutALostEvent()
    {
        await StartWorkerAsync();
        var started = await Client.RpcAsync("startWorkflowExecution", new
        {
            @namespace = "default", workflowId = WorkflowId, workflowType = new { name = "failsTaskUntil" }, taskQueue = new { name = Workers.Queue }, requestId = WorkflowId,
            workflowTaskTimeout = new { seconds = 120 }, input = new { payloads = new[] { Wire.Gate(WorkflowId) } },
        });
        var run = Track(new(WorkflowId, started.GetProperty("runId").GetString()!));

        // The first failure is reported. From the second on workers leave the task to its time-out.
        await ArrivalAsync(WorkflowId, times: 2);
        await OpenAsync(WorkflowId);
        _clock.Forward(TimeSpan.FromSeconds(120));

        (await Client.ResultAsync<string>(WorkflowId)).ShouldBe("recovered");
        (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events.Count(e => e.EventType == EventType.WorkflowTaskFailed).ShouldBe(1);
    }
}
