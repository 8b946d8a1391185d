using Mandate.Protocol.Api.Enums.V1;
using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Worker.Machine;

namespace Mandate.Temporal.Tests.Machine;

public sealed class TimerMachineTests
{
    [Fact]
    public void Start_FirstTask_IsACommand()
    {
        var script = Script().Feed(new HistoryBuilder().Started().OpenTask().Slice());

        var command = script.Machine.UnsentCommands().ShouldHaveSingleItem();
        command.StartTimerCommandAttributes.TimerId.ShouldBe("1");
        command.StartTimerCommandAttributes.StartToFireTimeout.ToTimeSpan().ShouldBe(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Fired_AfterStart_IsAJob()
    {
        var script = Script().Feed(new HistoryBuilder().Started().Task().TimerStarted().TimerFired(5).OpenTask().Slice(previousStarted: 3));

        script.Single<WorkflowJob.FireTimer>().Sequence.ShouldBe(1u);
        script.Machine.UnsentCommands().ShouldBeEmpty();
    }

    [Fact]
    public void Cancel_BeforeItWasSent_LeavesNothing()
    {
        var script = MachineScript.OnStart(m =>
        {
            m.StartTimer(1, TimeSpan.FromSeconds(60), null);
            m.CancelTimer(1);
        }).Feed(new HistoryBuilder().Started().OpenTask().Slice());

        script.Machine.UnsentCommands().ShouldBeEmpty();
        script.Jobs.OfType<WorkflowJob.FireTimer>().ShouldBeEmpty();
    }

    [Fact]
    public void Cancel_AfterItStarted_IsACommandAndMatchesItsEvent()
    {
        var history = new HistoryBuilder().Started().Task().TimerStarted().Signaled("stop").OpenTask();
        var script = CancelOnSignal().Feed(history.Slice(previousStarted: 3));
        script.Commands.ShouldBe([CommandType.CancelTimer]);

        history.TaskCompleted().TimerCanceled(5).OpenTask();
        script.Feed(history.Slice(previousStarted: 8, after: 8));

        script.Machine.UnsentCommands().ShouldBeEmpty();
    }

    [Fact]
    public void Cancel_EventOfAnotherTimer_IsAMismatchThatNamesBoth()
    {
        var history = new HistoryBuilder().Started().Task().TimerStarted().Signaled("stop").Task().TimerCanceled(5, id: "7").OpenTask();

        var e = Should.Throw<NonDeterminismException>(() => CancelOnSignal().Feed(history.Slice(previousStarted: 8)));

        e.Message.ShouldContain("event 10 TimerCanceled (timer '7')");
        e.Message.ShouldContain("CancelTimer (timer '1')");
    }

    [Fact]
    public void Started_EventOfAnotherTimer_IsAMismatch() =>
        Should.Throw<NonDeterminismException>(() => Script().Feed(new HistoryBuilder().Started().Task().TimerStarted(id: "2").OpenTask().Slice(previousStarted: 3)))
            .Message.ShouldContain("'2'");

    private static MachineScript Script() => MachineScript.OnStart(m => m.StartTimer(1, TimeSpan.FromSeconds(60), null));

    private static MachineScript CancelOnSignal() => new((script, job) =>
    {
        if (job is WorkflowJob.Start)
            script.Machine.StartTimer(1, TimeSpan.FromSeconds(60), null);
        else if (job is WorkflowJob.Signal)
            script.Machine.CancelTimer(1);
    });
}
