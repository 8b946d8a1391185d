using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.Protocol.V1;
using Mandate.Protocol.Api.Update.V1;
using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Worker.Machine;

namespace Mandate.Temporal.Tests.Machine;

public sealed class WorkflowMachineTests
{
    [Fact]
    public void Jobs_OfOnePiece_ComeInTheirOrder()
    {
        var history = new HistoryBuilder().Started().Task().TimerStarted().TimerFired(5).CancelRequested().Signaled("a").OpenTask();
        var script = Timer().Feed(history.Slice(previousStarted: 3));

        script.Jobs.Select(j => j.GetType().Name).ShouldBe(["Start", "Signal", "FireTimer", "Cancel"]);
    }

    [Fact]
    public void Replaying_IsTrueForWhatWasSeenBeforeOnly()
    {
        var history = new HistoryBuilder().Started().Task().TimerStarted().TimerFired(5).Task().Signaled("new").OpenTask();
        var script = Timer().Feed(history.Slice(previousStarted: 8));

        script.Jobs.Zip(script.Replaying).Select(p => (p.First.GetType().Name, p.Second)).ShouldBe([("Start", true), ("FireTimer", true), ("Signal", false)]);
    }

    [Fact]
    public void Time_IsThatOfTheTaskAndNotOfItsEvents()
    {
        var script = Timer().Feed(new HistoryBuilder().Started().OpenTask().Slice());

        script.Machine.Time.ShouldBe(HistoryBuilder.TimeOf(3));
    }

    [Fact]
    public void Time_AfterHeartbeats_IsThatOfTheFirstStart()
    {
        var script = Timer().Feed(new HistoryBuilder().Started().Task().Task().TimerStarted().Slice(previousStarted: 6));

        script.Machine.Time.ShouldBe(HistoryBuilder.TimeOf(3));
        script.Machine.LastTaskStartedEventId.ShouldBe(6);
    }

    [Fact]
    public void Time_AfterFailedTask_IsThatOfTheTaskThatCounted()
    {
        var script = Timer().Feed(new HistoryBuilder().Started().OpenTask().TaskFailed().OpenTask().Slice());

        script.Machine.Time.ShouldBe(HistoryBuilder.TimeOf(6));
        script.Machine.StartedEventId.ShouldBe(6);
    }

    [Fact]
    public void Feed_NewEventsOnly_GoesOn()
    {
        var history = new HistoryBuilder().Started().OpenTask();
        var script = Timer().Feed(history.Slice());
        history.TaskCompleted().TimerStarted().TimerFired(5).OpenTask();

        script.Feed(history.Slice(previousStarted: 3, after: 3));

        script.Single<WorkflowJob.FireTimer>();
        script.Replaying[^1].ShouldBeFalse();
    }

    [Fact]
    public void Feed_WholeHistoryAgain_SkipsWhatItHasSeen()
    {
        var history = new HistoryBuilder().Started().OpenTask();
        var script = Timer().Feed(history.Slice());
        history.TaskCompleted().TimerStarted().TimerFired(5).OpenTask();

        script.Feed(history.Slice(previousStarted: 3));

        script.Single<WorkflowJob.Start>();
        script.Single<WorkflowJob.FireTimer>();
    }

    [Fact]
    public void Feed_WithAGap_IsRefused()
    {
        var history = new HistoryBuilder().Started().Task().TimerStarted().TimerFired(5).OpenTask();

        Should.Throw<HistoryFormatException>(() => Timer().Feed(history.Slice(previousStarted: 3, after: 4))).Message.ShouldContain("event 5");
    }

    [Fact]
    public void Apply_EventsOutOfOrder_IsRefused()
    {
        var events = new HistoryBuilder().Started().OpenTask().Events.ToList();
        events[1].EventId = 5;

        Should.Throw<HistoryFormatException>(() => Timer().Feed(new HistorySlice(events, 0, [])));
    }

    [Fact]
    public void Apply_UnknownEvent_IsRefusedUnlessItMayBeIgnored()
    {
        HistoryBuilder History(bool ignorable) => new HistoryBuilder().Started().Add((EventType)999, e => e.WorkerMayIgnore = ignorable).OpenTask();

        Timer().Feed(History(ignorable: true).Slice());
        Should.Throw<HistoryFormatException>(() => Timer().Feed(History(ignorable: false).Slice())).Message.ShouldContain("event 2");
    }

    [Fact]
    public void Apply_EventAfterTermination_IsRefused()
    {
        var history = new HistoryBuilder().Started().OpenTask().TaskFailed().Terminated().Signaled("late");

        Should.Throw<HistoryFormatException>(() => Timer().Feed(history.Slice())).Message.ShouldContain("event 6");
    }

    [Fact]
    public void Reset_GivesANewSeed()
    {
        var script = Timer().Feed(new HistoryBuilder().Started().OpenTask().TaskFailed(newRunId: "fresh").OpenTask().Slice());

        script.Jobs.Select(j => j.GetType().Name).ShouldBe(["Start", "Reseed"]);
        script.Single<WorkflowJob.Reseed>().RunId.ShouldBe("fresh");
    }

    [Fact]
    public void Mismatch_OtherTypeOfCommand_NamesEventAndCommand()
    {
        var e = Should.Throw<NonDeterminismException>(() => Timer().Feed(new HistoryBuilder().Started().Task().ActivityScheduled().OpenTask().Slice(previousStarted: 3)));

        e.Message.ShouldContain("event 5 ActivityTaskScheduled (activity '1' of type 'Do')");
        e.Message.ShouldContain("StartTimer (timer '1')");
    }

    [Fact]
    public void Mismatch_EventWithoutCommand_NamesTheEvent() =>
        Should.Throw<NonDeterminismException>(() => Nothing().Feed(new HistoryBuilder().Started().Task().TimerStarted().OpenTask().Slice(previousStarted: 3)))
            .Message.ShouldBe("History has event 5 TimerStarted (timer '1'), but the workflow issued no command for it.");

    [Fact]
    public void Mismatch_CommandWithoutEvent_NamesTheCommand()
    {
        var e = Should.Throw<NonDeterminismException>(() => Timer().Feed(new HistoryBuilder().Started().Task().Signaled("x").OpenTask().Slice(previousStarted: 3)));

        e.Message.ShouldContain("StartTimer (timer '1')");
        e.Message.ShouldContain("event 7");
    }

    [Fact]
    public void Mismatch_CommandWithoutEventAtTheEnd_NamesTheCommand() =>
        Should.Throw<NonDeterminismException>(() => Timer().Feed(new HistoryBuilder().Started().Task().Slice(previousStarted: 4))).Message.ShouldContain("StartTimer");

    [Fact]
    public void Mismatch_EventOfNoCommand_NamesTheEvent() =>
        Should.Throw<NonDeterminismException>(() => Nothing().Feed(new HistoryBuilder().Started().Task().TimerFired(9).OpenTask().Slice(previousStarted: 3)))
            .Message.ShouldContain("refers to event 9");

    [Fact]
    public void Mismatch_WorkflowEndedOtherwise_NamesBoth()
    {
        var e = Should.Throw<NonDeterminismException>(() => Finish(CommandType.CompleteWorkflowExecution).Feed(new HistoryBuilder().Started().Task().Failed().Slice(previousStarted: 5)));

        e.Message.ShouldContain("WorkflowExecutionFailed");
        e.Message.ShouldContain("CompleteWorkflowExecution");
    }

    [Theory]
    [InlineData(CommandType.CompleteWorkflowExecution)]
    [InlineData(CommandType.FailWorkflowExecution)]
    [InlineData(CommandType.CancelWorkflowExecution)]
    [InlineData(CommandType.ContinueAsNewWorkflowExecution)]
    public void Finish_EachWay_MatchesItsEvent(CommandType command)
    {
        var history = new HistoryBuilder().Started().Task();
        _ = command switch
        {
            CommandType.CompleteWorkflowExecution => history.Completed(),
            CommandType.FailWorkflowExecution => history.Failed(),
            CommandType.CancelWorkflowExecution => history.Canceled(),
            _ => history.ContinuedAsNew(),
        };

        var script = Finish(command).Feed(history.Slice(previousStarted: 5));

        script.Machine.Closed.ShouldBeTrue();
        script.Machine.UnsentCommands().ShouldBeEmpty();
    }

    [Fact]
    public void Finish_BeforeOtherCommands_IsSentLast()
    {
        var script = MachineScript.OnStart(m =>
        {
            m.Finish(new Command { CommandType = CommandType.CompleteWorkflowExecution });
            m.StartTimer(1, TimeSpan.FromSeconds(1), null);
        }).Feed(new HistoryBuilder().Started().OpenTask().Slice());

        script.Commands.ShouldBe([CommandType.StartTimer, CommandType.CompleteWorkflowExecution]);
    }

    [Fact]
    public void Upserts_MatchTheirEvents()
    {
        var script = MachineScript.OnStart(m =>
        {
            m.UpsertSearchAttributes(new SearchAttributes());
            m.UpsertMemo(new Memo());
        }).Feed(new HistoryBuilder().Started().Task().SearchAttributesUpserted().MemoUpserted().Signaled("x").OpenTask().Slice(previousStarted: 3));

        script.Machine.UnsentCommands().ShouldBeEmpty();
    }

    [Fact]
    public void Update_AcceptedAndCompleted_SendsMessagesAndCommandsInTheirOrder()
    {
        var script = Updating().Feed(new HistoryBuilder().Started().OpenTask().Slice() with { Messages = [UpdateMessage("u", eventId: 2)] });

        script.Machine.UnsentCommands().Select(c => c.ProtocolMessageCommandAttributes.MessageId).ShouldBe(["u/request/accept", "u/request/complete"]);
        var messages = script.Machine.TakeMessages();
        messages[0].Body.Unpack<Acceptance>().AcceptedRequestSequencingEventId.ShouldBe(2);
        messages[1].Body.Unpack<Response>().Outcome.Success.ShouldBe(HistoryBuilder.Payloads("yes"));
        script.Single<WorkflowJob.Update>().RunValidator.ShouldBeTrue();
    }

    [Fact]
    public void Update_Rejected_SendsAMessageAndNoCommand()
    {
        var script = new MachineScript((s, job) =>
        {
            if (job is WorkflowJob.Update update)
                s.Machine.RejectUpdate(update.ProtocolInstanceId, new() { Message = "no" });
        }).Feed(new HistoryBuilder().Started().OpenTask().Slice() with { Messages = [UpdateMessage("u", eventId: 2)] });

        script.Machine.UnsentCommands().ShouldBeEmpty();
        script.Machine.TakeMessages().ShouldHaveSingleItem().Body.Unpack<Rejection>().Failure.Message.ShouldBe("no");
    }

    [Fact]
    public void Update_OnReplay_IsDeliveredAheadWithoutValidatorAndSendsNothing()
    {
        var history = new HistoryBuilder().Started().Task().UpdateAccepted("u", "Change", sequencing: 2).UpdateCompleted("u", "yes").Signaled("x").OpenTask();

        var script = Updating().Feed(history.Slice(previousStarted: 3));

        script.Single<WorkflowJob.Update>().RunValidator.ShouldBeFalse();
        script.Machine.TakeMessages().ShouldBeEmpty();
        script.Machine.UnsentCommands().ShouldBeEmpty();
    }

    [Fact]
    public void Update_MessageOfUnknownKind_IsRefused()
    {
        var message = new Message { Id = "m", ProtocolInstanceId = "m", EventId = 2, Body = Any.Pack(new History()) };

        Should.Throw<HistoryFormatException>(() => Nothing().Feed(new HistoryBuilder().Started().OpenTask().Slice() with { Messages = [message] })).Message.ShouldContain("History");
    }

    [Fact]
    public void ForgetSpeculativeTask_NextTask_GoesOnAtTheSameIds()
    {
        var history = new HistoryBuilder().Started().Task().TimerStarted();
        var script = Timer().Feed(new HistoryBuilder().Started().OpenTask().Slice());
        script.Feed(new HistoryBuilder().Started().Task().TimerStarted().OpenTask().Slice(previousStarted: 3, after: 3));
        script.Machine.LastEventId.ShouldBe(7);

        script.Machine.ForgetSpeculativeTask(3);
        script.Feed(history.TimerFired(5).OpenTask().Slice(previousStarted: 3, after: 3));

        script.Single<WorkflowJob.FireTimer>();
    }

    [Fact]
    public void Closed_HistoryForAQuery_ReplaysToTheEnd()
    {
        var script = Finish(CommandType.CompleteWorkflowExecution).Feed(new HistoryBuilder().Started().Task().Completed().Slice(previousStarted: 3));

        script.Machine.Closed.ShouldBeTrue();
        script.Jobs.ShouldHaveSingleItem();
    }

    private static Message UpdateMessage(string id, long eventId) => new()
    {
        Id = $"{id}/request",
        ProtocolInstanceId = id,
        EventId = eventId,
        Body = Any.Pack(HistoryBuilder.Update(id, "Change")),
    };

    private static MachineScript Nothing() => MachineScript.OnStart(_ => { });

    private static MachineScript Timer() => MachineScript.OnStart(m => m.StartTimer(1, TimeSpan.FromSeconds(60), null));

    private static MachineScript Finish(CommandType type) => MachineScript.OnStart(m => m.Finish(new Command { CommandType = type }));

    private static MachineScript Updating() => new((script, job) =>
    {
        if (job is not WorkflowJob.Update update)
            return;
        script.Machine.AcceptUpdate(update.ProtocolInstanceId);
        script.Machine.CompleteUpdate(update.ProtocolInstanceId, new Outcome { Success = HistoryBuilder.Payloads("yes") });
    });
}
