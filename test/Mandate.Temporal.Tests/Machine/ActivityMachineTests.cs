using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Worker.Machine;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Tests.Machine;

public sealed class ActivityMachineTests
{
    [Fact]
    public void Completed_IsAJobWithItsResult()
    {
        var script = Script().Feed(Scheduled().ActivityCompleted(5, "done").OpenTask().Slice(previousStarted: 3));

        var job = script.Single<WorkflowJob.ResolveActivity>();
        job.Failure.ShouldBeNull();
        job.Result.ShouldBe(HistoryBuilder.Payloads("done"));
    }

    [Fact]
    public void Failed_IsAnActivityFailureWithTheCause()
    {
        var failure = Script().Feed(Scheduled().ActivityFailed(5).OpenTask().Slice(previousStarted: 3)).Single<WorkflowJob.ResolveActivity>().Failure.ShouldNotBeNull();

        failure.ActivityFailureInfo.ActivityType.Name.ShouldBe("Do");
        failure.ActivityFailureInfo.ScheduledEventId.ShouldBe(5);
        failure.ActivityFailureInfo.StartedEventId.ShouldBe(6);
        failure.ActivityFailureInfo.RetryState.ShouldBe(RetryState.MaximumAttemptsReached);
        failure.Cause.Message.ShouldBe("broken");
    }

    [Fact]
    public void TimedOut_IsAnActivityFailureWithTheCause()
    {
        var failure = Script().Feed(Scheduled().ActivityTimedOut(5).OpenTask().Slice(previousStarted: 3)).Single<WorkflowJob.ResolveActivity>().Failure.ShouldNotBeNull();

        failure.Cause.TimeoutFailureInfo.TimeoutType.ShouldBe(TimeoutType.ScheduleToStart);
        failure.ActivityFailureInfo.RetryState.ShouldBe(RetryState.Timeout);
    }

    [Fact]
    public void Cancel_BeforeItWasSent_SettlesAtOnceAndSendsNothing()
    {
        var script = MachineScript.OnStart(m =>
        {
            m.ScheduleActivity(1, HistoryBuilder.Activity(), ActivityCancellationType.WaitCancellationCompleted, null);
            m.CancelActivity(1);
        }).Feed(new HistoryBuilder().Started().OpenTask().Slice());

        script.Machine.UnsentCommands().ShouldBeEmpty();
        script.Single<WorkflowJob.ResolveActivity>().Failure!.Cause.FailureInfoCase.ShouldBe(Failure.FailureInfoOneofCase.CanceledFailureInfo);
    }

    [Fact]
    public void Cancel_TryCancel_SettlesAtOnceAndAsks()
    {
        var history = Scheduled().Signaled("stop").OpenTask();
        var script = CancelOnSignal(ActivityCancellationType.TryCancel).Feed(history.Slice(previousStarted: 3));

        script.Commands.ShouldBe([CommandType.RequestCancelActivityTask]);
        script.Single<WorkflowJob.ResolveActivity>().Failure.ShouldNotBeNull();

        // What becomes of the activity afterwards is nobody's business any more.
        history.TaskCompleted().ActivityCancelRequested(5).ActivityCanceled(5).OpenTask();
        script.Feed(history.Slice(previousStarted: 8, after: 8));
        script.Single<WorkflowJob.ResolveActivity>();
    }

    [Fact]
    public void Cancel_WaitCompleted_AsksAndSettlesWithTheEnd()
    {
        var history = Scheduled().Signaled("stop").OpenTask();
        var script = CancelOnSignal(ActivityCancellationType.WaitCancellationCompleted).Feed(history.Slice(previousStarted: 3));
        script.Commands.ShouldBe([CommandType.RequestCancelActivityTask]);
        script.Jobs.OfType<WorkflowJob.ResolveActivity>().ShouldBeEmpty();

        history.TaskCompleted().ActivityCancelRequested(5).ActivityCompleted(5, "after all").OpenTask();
        script.Feed(history.Slice(previousStarted: 8, after: 8));

        script.Single<WorkflowJob.ResolveActivity>().Result.ShouldBe(HistoryBuilder.Payloads("after all"));
    }

    [Fact]
    public void Cancel_Abandon_SettlesAtOnceAndAsksNobody()
    {
        var script = CancelOnSignal(ActivityCancellationType.Abandon).Feed(Scheduled().Signaled("stop").OpenTask().Slice(previousStarted: 3));

        script.Machine.UnsentCommands().ShouldBeEmpty();
        script.Single<WorkflowJob.ResolveActivity>().Failure.ShouldNotBeNull();
    }

    [Fact]
    public void Canceled_CarriesDetails()
    {
        var history = Scheduled().Signaled("stop").Task().ActivityCancelRequested(5).ActivityCanceled(5).OpenTask();

        var failure = CancelOnSignal(ActivityCancellationType.WaitCancellationCompleted).Feed(history.Slice(previousStarted: 8)).Single<WorkflowJob.ResolveActivity>().Failure.ShouldNotBeNull();

        failure.Cause.CanceledFailureInfo.Details.ShouldBe(HistoryBuilder.Payloads("stopped"));
    }

    [Theory]
    [InlineData("2", "Do", "activity id")]
    [InlineData("1", "Other", "activity type")]
    public void Scheduled_OfAnotherActivity_IsAMismatchThatNamesBoth(string id, string type, string what)
    {
        var e = Should.Throw<NonDeterminismException>(() => Script().Feed(new HistoryBuilder().Started().Task().ActivityScheduled(id, type).OpenTask().Slice(previousStarted: 3)));

        e.Message.ShouldContain(what);
        e.Message.ShouldContain($"activity '{id}' of type '{type}'");
        e.Message.ShouldContain("activity '1' of type 'Do'");
    }

    [Fact]
    public void Event_ThatCannotFollow_IsAMismatch() =>
        Should.Throw<NonDeterminismException>(() => Script().Feed(Scheduled().TimerFired(5).OpenTask().Slice(previousStarted: 3))).Message.ShouldContain("TimerFired");

    private static HistoryBuilder Scheduled() => new HistoryBuilder().Started().Task().ActivityScheduled();

    private static MachineScript Script() => MachineScript.OnStart(m => m.ScheduleActivity(1, HistoryBuilder.Activity(), ActivityCancellationType.TryCancel, null));

    private static MachineScript CancelOnSignal(ActivityCancellationType type) => new((script, job) =>
    {
        if (job is WorkflowJob.Start)
            script.Machine.ScheduleActivity(1, HistoryBuilder.Activity(), type, null);
        else if (job is WorkflowJob.Signal)
            script.Machine.CancelActivity(1);
    });
}
