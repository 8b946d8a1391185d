using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Query.V1;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Worker;
using Mandate.Temporal.Worker.Instance;
using Mandate.Temporal.Worker.Machine;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Tests.Workflows;

public sealed partial class WorkflowTests
{
    private static readonly ActivityOptions Options = new() { StartToCloseTimeout = TimeSpan.FromSeconds(5) };

    [Fact]
    public async Task Replay_FullHistory_Succeeds()
    {
        var history = new HistoryBuilder().Started("Order", "book").Task().ActivityScheduled(type: "Charge").ActivityCompleted(5, 7).Task().TimerStarted().TimerFired(11).Task().Completed("book for 7");

        (await Replaying.ReplayAsync<Order>(history.History)).ReplayFailure.ShouldBeNull();
    }

    [Fact]
    public async Task Replay_ChangedCode_IsANondeterminismException()
    {
        var history = new HistoryBuilder().Started("Order", "book").Task().TimerStarted().TimerFired(5).Task().Completed();

        var e = await Should.ThrowAsync<WorkflowNondeterminismException>(Replaying.ReplayAsync<Order>(history.History));

        e.Message.ShouldContain("event 5 TimerStarted (timer '1')");
        e.Message.ShouldContain("ScheduleActivityTask (activity '1' of type 'Charge')");
    }

    [Fact]
    public async Task Replay_WorkflowThatDoesMore_IsANondeterminismException()
    {
        var history = new HistoryBuilder().Started("Order", "book").Task().Completed();

        (await Should.ThrowAsync<WorkflowNondeterminismException>(Replaying.ReplayAsync<Order>(history.History))).Message.ShouldContain("WorkflowExecutionCompleted");
    }

    [Fact]
    public async Task Replay_UnknownWorkflow_NamesThoseItHas()
    {
        var history = new HistoryBuilder().Started("Nobody").OpenTask();

        (await Should.ThrowAsync<ArgumentException>(Replaying.ReplayAsync<Order>(history.History))).Message.ShouldContain("Order");
    }

    [Fact]
    public async Task Replay_Many_GivesAResultForEach()
    {
        var good = new HistoryBuilder().Started("Order", "book").Task().ActivityScheduled(type: "Charge").History;
        var bad = new HistoryBuilder().Started("Order", "book").Task().TimerStarted().History;
        var replayer = new WorkflowReplayer(new WorkflowReplayerOptions().AddWorkflow<Order>());

        var results = await replayer.ReplayWorkflowsAsync([good, bad, good]);

        results.Select(r => r.ReplayFailure is null).ShouldBe([true, false, true]);
    }

    [Fact]
    public void Failure_OfAnActivity_FailsTheWorkflowWithItsCause()
    {
        var run = Replaying.Run<Order>(new HistoryBuilder().Started("Order", "book").Task().ActivityScheduled(type: "Charge").ActivityFailed(5).OpenTask().Slice(previousStarted: 3));

        var failure = run.Machine.UnsentCommands().ShouldHaveSingleItem().FailWorkflowExecutionCommandAttributes.Failure;
        failure.ActivityFailureInfo.ActivityType.Name.ShouldBe("Charge");
        failure.Cause.Message.ShouldBe("broken");
    }

    [Fact]
    public void Exception_ThatIsNoFailure_FailsTheTaskOnly()
    {
        var e = Should.Throw<WorkflowTaskFailedException>(() => Replaying.Run<Throwing>(new HistoryBuilder().Started("Throwing", "bug").OpenTask().Slice()));

        e.InnerException.ShouldBeOfType<InvalidTimeZoneException>();
    }

    [Fact]
    public void Exception_ListedByTheWorkflow_FailsTheWorkflow()
    {
        var run = Replaying.Run<Throwing>(new HistoryBuilder().Started("Throwing", "listed").OpenTask().Slice());

        run.Machine.UnsentCommands().ShouldHaveSingleItem().FailWorkflowExecutionCommandAttributes.Failure.Message.ShouldBe("listed");
    }

    [Fact]
    public void Exception_ListedByTheWorker_FailsTheWorkflow()
    {
        var run = Replaying.Run<Throwing>(
            new HistoryBuilder().Started("Throwing", "bug").OpenTask().Slice(),
            Replaying.Options with { FailureExceptionTypes = [typeof(InvalidTimeZoneException)] });

        run.Machine.UnsentCommands().ShouldHaveSingleItem().CommandType.ShouldBe(CommandType.FailWorkflowExecution);
    }

    [Fact]
    public void Cancel_DuringAnActivity_CancelsActivityAndWorkflow()
    {
        var run = Replaying.Run<Order>(new HistoryBuilder().Started("Order", "book").Task().ActivityScheduled(type: "Charge").CancelRequested().OpenTask().Slice(previousStarted: 3));

        run.Machine.UnsentCommands().Select(c => c.CommandType).ShouldBe([CommandType.RequestCancelActivityTask, CommandType.CancelWorkflowExecution]);
    }

    [Fact]
    public void Cancel_DuringATimer_CancelsTimerAndWorkflow()
    {
        var history = new HistoryBuilder().Started("Order", "book").Task().ActivityScheduled(type: "Charge").ActivityCompleted(5, 7).Task().TimerStarted().CancelRequested().OpenTask();

        Replaying.Run<Order>(history.Slice(previousStarted: 9)).Machine.UnsentCommands().Select(c => c.CommandType).ShouldBe([CommandType.CancelTimer, CommandType.CancelWorkflowExecution]);
    }

    [Fact]
    public void Cancel_CaughtByTheWorkflow_LetsItEndAsItLikes()
    {
        var run = Replaying.Run<CleaningUp>(new HistoryBuilder().Started("CleaningUp").Task().TimerStarted().CancelRequested().OpenTask().Slice(previousStarted: 3));

        run.Machine.UnsentCommands().Select(c => c.CommandType).ShouldBe([CommandType.CancelTimer, CommandType.ScheduleActivityTask]);
    }

    [Fact]
    public void WaitCondition_TimeoutFirst_IsFalse()
    {
        var run = Replaying.Run<Waiting>(new HistoryBuilder().Started("Waiting").Task().TimerStarted().TimerFired(5).OpenTask().Slice(previousStarted: 3));

        Result(run).ShouldBe("timed out");
        run.Machine.UnsentCommands().Count.ShouldBe(1);
    }

    [Fact]
    public void WaitCondition_TrueFirst_StopsTheTimer()
    {
        var run = Replaying.Run<Waiting>(new HistoryBuilder().Started("Waiting").Task().TimerStarted().Signaled("Approve", "bob").OpenTask().Slice(previousStarted: 3));

        run.Machine.UnsentCommands().Select(c => c.CommandType).ShouldBe([CommandType.CancelTimer, CommandType.CompleteWorkflowExecution]);
        Result(run).ShouldBe("bob");
    }

    [Fact]
    public void Signal_WithoutHandler_WaitsForOneSetLater()
    {
        var run = Replaying.Run<LateHandler>(new HistoryBuilder().Started("LateHandler").Signaled("Later", 5).OpenTask().Slice());

        Result(run).ShouldBe("5");
    }

    [Fact]
    public void Signal_WithWrongArguments_IsDropped()
    {
        var run = Replaying.Run<Waiting>(new HistoryBuilder().Started("Waiting").Signaled("Approve").OpenTask().Slice());

        run.Machine.UnsentCommands().Select(c => c.CommandType).ShouldBe([CommandType.StartTimer]);
    }

    [Fact]
    public void Query_Answers()
    {
        var run = Replaying.Run<Waiting>(new HistoryBuilder().Started("Waiting").Task().TimerStarted().Signaled("Note", "a").OpenTask().Slice(previousStarted: 3));

        Answer(run.Query("q", new WorkflowQuery { QueryType = "Notes" })).ShouldBe("a");
        Answer(run.Query("q", new WorkflowQuery { QueryType = "Repeat", QueryArgs = HistoryBuilder.Payloads("b") })).ShouldBe("bb");
    }

    [Fact]
    public void Query_Unknown_NamesThoseThereAre()
    {
        var run = Replaying.Run<Waiting>(new HistoryBuilder().Started("Waiting").OpenTask().Slice());

        var result = run.Query("q", new WorkflowQuery { QueryType = "Nothing" });

        result.ResultType.ShouldBe(QueryResultType.Failed);
        result.ErrorMessage.ShouldContain("Notes, Repeat, Wrong");
    }

    [Fact]
    public void Query_ThatSchedules_FailsAndLeavesTheWorkflowAlone()
    {
        var run = Replaying.Run<Waiting>(new HistoryBuilder().Started("Waiting").OpenTask().Slice());

        run.Query("q", new WorkflowQuery { QueryType = "Wrong" }).ErrorMessage.ShouldContain("query must not");
        run.Machine.UnsentCommands().Count.ShouldBe(1);
    }

    [Fact]
    public void ContinueAsNew_TakesOverWhatIsNotSet()
    {
        var command = Replaying.Run<Renewing>(new HistoryBuilder().Started("Renewing", 1).OpenTask().Slice()).Machine.UnsentCommands().ShouldHaveSingleItem();

        var attributes = command.ContinueAsNewWorkflowExecutionCommandAttributes;
        attributes.WorkflowType.Name.ShouldBe("Renewing");
        attributes.Input.ShouldBe(HistoryBuilder.Payloads(2));
        attributes.TaskQueue.Name.ShouldBe("queue");
    }

    [Theory]
    [InlineData("ok", true)]
    [InlineData("bad", false)]
    public void Update_Validated_IsAcceptedOrRejected(string value, bool accepted)
    {
        var run = Replaying.Run<Updated>(Update("Set", value));

        run.Machine.UnsentCommands().Count.ShouldBe(accepted ? 2 : 0);
        run.Machine.TakeMessages().Select(m => m.Id).ShouldBe(accepted ? ["u/request/accept", "u/request/complete"] : ["u/request/reject"]);
    }

    [Fact]
    public void Update_Unknown_IsRejected() =>
        Replaying.Run<Updated>(Update("Nothing", "x")).Machine.TakeMessages().ShouldHaveSingleItem().Body.Unpack<Protocol.Api.Update.V1.Rejection>().Failure.Message.ShouldContain("Set");

    [Fact]
    public void Update_ThatFails_IsCompletedWithAFailure()
    {
        var response = Replaying.Run<Updated>(Update("Set", "fail")).Machine.TakeMessages()[1].Body.Unpack<Protocol.Api.Update.V1.Response>();

        response.Outcome.Failure.Message.ShouldBe("refused");
    }

    [Fact]
    public void Update_Replayed_DoesNotValidateAgain()
    {
        var history = new HistoryBuilder().Started("Updated").Task().UpdateAccepted("u", "Set", sequencing: 2, "bad").UpdateCompleted("u", "bad").Signaled("x").OpenTask();

        Replaying.Run<Updated>(history.Slice(previousStarted: 3)).Machine.UnsentCommands().ShouldBeEmpty();
    }

    [Fact]
    public void Child_StartedAndAwaited_GivesItsResult()
    {
        var run = Replaying.Run<Parent>(new HistoryBuilder().Started("Parent").Task().ChildInitiated("child", "Order").ChildStarted(5).ChildCompleted(5, "from child").OpenTask().Slice(previousStarted: 3));

        Result(run).ShouldBe("child-run from child");
    }

    [Fact]
    public void Child_ThatRunsAlready_IsAWorkflowAlreadyStartedException()
    {
        var run = Replaying.Run<Parent>(new HistoryBuilder().Started("Parent").Task().ChildInitiated("child", "Order").ChildStartFailed(5).OpenTask().Slice(previousStarted: 3));

        Result(run).ShouldBe("already child");
    }

    [Fact]
    public void Input_ThatDoesNotFit_FailsTheTaskAndSaysWhere()
    {
        Should.Throw<WorkflowTaskFailedException>(() => Replaying.Run<Order>(new HistoryBuilder().Started("Order", 5).OpenTask().Slice())).Message.ShouldContain("Argument 1");
        Should.Throw<WorkflowTaskFailedException>(() => Replaying.Run<Order>(new HistoryBuilder().Started("Order").OpenTask().Slice())).Message.ShouldContain("takes 1 argument(s)");
    }

    [Fact]
    public void Init_Constructor_GetsTheArguments() => Result(Replaying.Run<Initialized>(new HistoryBuilder().Started("Initialized", "x").OpenTask().Slice())).ShouldBe("x x");

    [Fact]
    public void Activity_WithoutTimeout_FailsTheTask() =>
        Should.Throw<WorkflowTaskFailedException>(() => Replaying.Run<NoTimeout>(new HistoryBuilder().Started("NoTimeout").OpenTask().Slice())).Message.ShouldContain("StartToCloseTimeout");

    private static HistorySlice Update(string name, string value) => new HistoryBuilder().Started("Updated").OpenTask().Slice() with
    {
        Messages = [new() { Id = "u/request", ProtocolInstanceId = "u", EventId = 2, Body = Google.Protobuf.WellKnownTypes.Any.Pack(HistoryBuilder.Update("u", name, value)) }],
    };

    private static string Result(Mandate.Temporal.Worker.Runs.WorkflowRun run) => run.Machine.UnsentCommands()[^1].CompleteWorkflowExecutionCommandAttributes.Result.Payloads_[0].Data.ToStringUtf8().Trim('"');

    private static string Answer(WorkflowQueryResult result) => result.Answer.Payloads_[0].Data.ToStringUtf8().Trim('"');
}
