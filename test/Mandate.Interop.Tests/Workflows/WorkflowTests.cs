using Mandate.Interop.Tests.Harness;
using Mandate.Protocol.Api.Enums.V1;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Workflows;

/// <summary>What every pair of client and worker must be able to do on our engine; a subclass for each pair.</summary>
public abstract class WorkflowTests(TypeScriptDriver typeScript, ITestOutputHelper output) : InteropTest(typeScript, output)
{
    /// <summary>Whose client calls.</summary>
    protected abstract IClientSide Caller { get; }

    [Fact]
    public async Task Activity_Completes_ItsResultReachesTheClient()
    {
        await StartWorkerAsync();
        await BeginAsync("greet", "Ada");

        (await Caller.ResultAsync<string>(WorkflowId)).ShouldBe("Hello, Ada!");
    }

    [Fact]
    public async Task Payload_OfEveryShape_ComesBackUnchanged()
    {
        await StartWorkerAsync();
        await BeginAsync("echoed", new { text = "é\U0001F600", list = new[] { 1, 2 }, nothing = (string?)null });

        (await Caller.ResultAsync<System.Text.Json.JsonElement>(WorkflowId)).GetRawText().ShouldBe("""{"text":"é😀","list":[1,2],"nothing":null}""");
    }

    [Fact]
    public async Task Timer_Fires_TheWorkflowGoesOn()
    {
        await StartWorkerAsync();
        var run = await BeginAsync("timer", 50);

        (await Caller.ResultAsync<string>(WorkflowId)).ShouldBe("fired");
        var events = (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events;
        var started = events.Single(e => e.EventType == EventType.TimerStarted);
        var fired = events.Single(e => e.EventType == EventType.TimerFired);
        (fired.EventTime - started.EventTime).ToTimeSpan().ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task Signal_Sent_TheWaitingWorkflowGetsItsArguments()
    {
        await StartWorkerAsync();
        await BeginAsync("approval", 2);

        await Caller.SignalAsync(WorkflowId, "approve", "bob");
        await Caller.SignalAsync(WorkflowId, "approve", "eve");

        (await Caller.ResultAsync<string[]>(WorkflowId)).ShouldBe(["bob", "eve"]);
    }

    [Fact]
    public async Task Signal_SentBeforeAnyWorker_IsDeliveredOnce()
    {
        await BeginAsync("approval", 1);
        await Caller.SignalAsync(WorkflowId, "approve", "early");

        await StartWorkerAsync();

        (await Caller.ResultAsync<string[]>(WorkflowId)).ShouldBe(["early"]);
    }

    [Fact]
    public async Task Query_WhileRunning_SeesTheSignalsSoFar()
    {
        await StartWorkerAsync();
        await BeginAsync("approval", 2);
        await Caller.SignalAsync(WorkflowId, "approve", "bob");

        (await Caller.QueryAsync<string>(WorkflowId, "progress", "by ")).ShouldBe("by bob");

        await Caller.SignalAsync(WorkflowId, "approve", "eve");
        await Caller.ResultAsync<string[]>(WorkflowId);
    }

    [Fact]
    public async Task Query_AfterClose_IsAnsweredFromHistory()
    {
        var first = await StartWorkerAsync();
        await BeginAsync("approval", 1);
        await Caller.SignalAsync(WorkflowId, "approve", "bob");
        await Caller.ResultAsync<string[]>(WorkflowId);
        await first.DisposeAsync();
        await StartWorkerAsync();

        (await Caller.QueryAsync<string>(WorkflowId, "progress")).ShouldBe("bob");
    }

    [Fact]
    public async Task Query_UnknownName_FailsWithTheWorkersMessage()
    {
        await StartWorkerAsync();
        await BeginAsync("approval", 1);

        var e = await Should.ThrowAsync<SdkException>(() => Caller.QueryAsync<string>(WorkflowId, "unheard-of"));

        e.Error.Name.ShouldBe("QueryNotRegisteredError");
    }

    [Fact]
    public async Task Child_OnTheSameWorker_ItsResultReachesTheParent()
    {
        await StartWorkerAsync();
        var run = await BeginAsync("parent", "greet", Workers.Queue, "Ada");

        (await Caller.ResultAsync<string>(WorkflowId)).ShouldBe("parent of Hello, Ada!");
        var child = await Caller.DescribeAsync($"{WorkflowId}/child");
        (child.Status, child.Type, child.ParentExecution).ShouldBe(("COMPLETED", "greet", run));
    }

    [Fact]
    public async Task Child_Fails_TheParentSeesItsFailure()
    {
        await StartWorkerAsync();
        await BeginAsync("parent", "failForGood", Workers.Queue, "broken");

        var e = await Should.ThrowAsync<SdkException>(() => Caller.ResultAsync<string>(WorkflowId));

        e.Error.Chain().Select(c => c.Name).ShouldBe(["WorkflowFailedError", "ChildWorkflowFailure", "ApplicationFailure"]);
        e.Error.Chain().Last().Message.ShouldBe("broken");
    }

    [Fact]
    public async Task Result_AskedBeforeTheWorkerStarts_ArrivesByLongPoll()
    {
        await BeginAsync("greet", "late");
        var result = Caller.ResultAsync<string>(WorkflowId);
        result.IsCompleted.ShouldBeFalse();

        await StartWorkerAsync();

        (await result).ShouldBe("Hello, late!");
    }

    [Fact]
    public async Task Result_OfAFailedWorkflow_IsItsFailure()
    {
        await StartWorkerAsync();
        await BeginAsync("failForGood", "broken");

        var e = await Should.ThrowAsync<SdkException>(() => Caller.ResultAsync<string>(WorkflowId));

        (e.Error.Name, e.Error.Cause!.Message, e.Error.Cause.Type).ShouldBe(("WorkflowFailedError", "broken", "ForGood"));
    }

    [Fact]
    public async Task Describe_RunningThenClosed_TellsTheState()
    {
        await StartWorkerAsync();
        var gate = WorkflowId;
        var run = await BeginAsync("journey", gate);
        await ArrivalAsync(gate);

        var running = await Caller.DescribeAsync(WorkflowId);
        (running.Status, running.Type, running.RunId, running.TaskQueue, running.CloseTime).ShouldBe(("RUNNING", "journey", run.RunId, Workers.Queue, null));
        running.PendingActivities.ShouldHaveSingleItem().Type.ShouldBe("waitAtGate");

        await OpenAsync(gate);
        await Caller.SignalAsync(WorkflowId, "approve", "bob");
        await Caller.ResultAsync<string[]>(WorkflowId);
        var closed = await Caller.DescribeAsync(WorkflowId);
        (closed.Status, closed.HistoryLength).ShouldBe(("COMPLETED", (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events.Count));
        closed.CloseTime.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(closed.StartTime);
        closed.PendingActivities.ShouldBeEmpty();
    }

    [Fact]
    public async Task Describe_UnknownWorkflow_IsNotFound()
    {
        var e = await Should.ThrowAsync<SdkException>(() => Caller.DescribeAsync("nobody"));

        e.Error.Name.ShouldBe("WorkflowNotFoundError");
    }

    [Fact]
    public async Task Start_SameIdWhileRunning_IsRefusedAsAlreadyStarted()
    {
        await BeginAsync("approval", 1);

        var e = await Should.ThrowAsync<SdkException>(() => Caller.StartAsync("approval", WorkflowId, Workers.Queue, [1]));

        e.Error.Name.ShouldBe("WorkflowExecutionAlreadyStartedError");
    }

    [Fact]
    public async Task Worker_RestartedInMidRun_TheNextOneTakesOver()
    {
        var gate = WorkflowId;
        var first = await StartWorkerAsync();
        await BeginAsync("journey", gate);
        await ArrivalAsync(gate);
        await OpenAsync(gate);
        await UntilAsync(async () => (await Caller.QueryAsync<string>(WorkflowId, "progress")).Length > 0);
        await first.DisposeAsync();

        await Caller.SignalAsync(WorkflowId, "approve", "bob");
        await StartWorkerAsync();

        (await Caller.ResultAsync<string[]>(WorkflowId)).ShouldBe([$"passed {gate}", "bob", "Hello, journey!"]);
    }

    [Fact]
    public async Task Engine_RestartedInMidRun_ClientAndWorkerGoOn()
    {
        var gate = WorkflowId;
        await StartWorkerAsync();
        await BeginAsync("journey", gate);
        await ArrivalAsync(gate);
        var result = Caller.ResultAsync<string[]>(WorkflowId);

        await RestartEngineAsync();

        await OpenAsync(gate);
        await Caller.SignalAsync(WorkflowId, "approve", "bob");
        (await result).Length.ShouldBe(3);
    }

    [Fact]
    public async Task Worker_WithoutCache_RunsAndAnswersQueries()
    {
        await StartWorkerAsync(cached: false);
        var gate = WorkflowId;
        await BeginAsync("journey", gate);
        await ArrivalAsync(gate);
        (await Caller.QueryAsync<string>(WorkflowId, "progress")).ShouldBe("");
        await OpenAsync(gate);
        await Caller.SignalAsync(WorkflowId, "approve", "bob");

        (await Caller.ResultAsync<string[]>(WorkflowId)).Length.ShouldBe(3);
        (await Caller.QueryAsync<string>(WorkflowId, "progress")).ShouldEndWith("Hello, journey!");
    }

    [Fact]
    public async Task Cancel_RunningWorkflow_EndsAsCancelled()
    {
        await StartWorkerAsync();
        await BeginAsync("approval", 1);
        await Caller.CancelAsync(WorkflowId);

        var e = await Should.ThrowAsync<SdkException>(() => Caller.ResultAsync<string>(WorkflowId));

        e.Error.Chain().Last().Name.ShouldBe("CancelledFailure");
        (await Caller.DescribeAsync(WorkflowId)).Status.ShouldBe("CANCELLED");
    }

    [Fact]
    public async Task Terminate_RunningWorkflow_EndsAtOnceWithTheReason()
    {
        await BeginAsync("approval", 1);
        await Caller.TerminateAsync(WorkflowId, "enough");

        var e = await Should.ThrowAsync<SdkException>(() => Caller.ResultAsync<string>(WorkflowId));

        e.Error.Chain().Last().Name.ShouldBe("TerminatedFailure");
        e.Error.Chain().Last().Message.ShouldBe("enough");
        (await Caller.DescribeAsync(WorkflowId)).Status.ShouldBe("TERMINATED");
    }

    [Fact]
    public async Task History_FetchedByTheClient_IsTheEnginesHistory()
    {
        await StartWorkerAsync();
        var run = await BeginAsync("parent", "greet", Workers.Queue, "Ada");
        await Caller.ResultAsync<string>(WorkflowId);

        (await Caller.HistoryAsync(run.WorkflowId, run.RunId)).ShouldBe(await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId));
    }

    private async Task<Run> BeginAsync(string type, params object?[] input) => Track(await Caller.StartAsync(type, WorkflowId, Workers.Queue, input));
}
