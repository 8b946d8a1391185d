using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Worker.Machine;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Tests.Machine;

public sealed class ChildWorkflowMachineTests
{
    [Fact]
    public void StartedAndCompleted_AreTwoJobs()
    {
        var script = Script().Feed(Initiated().ChildStarted(5).ChildCompleted(5, 42).OpenTask().Slice(previousStarted: 3));

        script.Single<WorkflowJob.ResolveChildStart>().RunId.ShouldBe("child-run");
        script.Single<WorkflowJob.ResolveChild>().Result.ShouldBe(HistoryBuilder.Payloads(42));
    }

    [Fact]
    public void StartFailed_SaysThatItRunsAlready()
    {
        var script = Script().Feed(Initiated().ChildStartFailed(5).OpenTask().Slice(previousStarted: 3));

        var job = script.Single<WorkflowJob.ResolveChildStart>();
        job.AlreadyStarted.ShouldBeTrue();
        job.Failure.ShouldNotBeNull();
        script.Jobs.OfType<WorkflowJob.ResolveChild>().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("failed", Failure.FailureInfoOneofCase.ApplicationFailureInfo)]
    [InlineData("canceled", Failure.FailureInfoOneofCase.CanceledFailureInfo)]
    [InlineData("terminated", Failure.FailureInfoOneofCase.TerminatedFailureInfo)]
    [InlineData("timed out", Failure.FailureInfoOneofCase.TimeoutFailureInfo)]
    public void Ended_OtherwiseThanCompleted_IsAChildFailureWithTheCause(string how, Failure.FailureInfoOneofCase cause)
    {
        var history = Initiated().ChildStarted(5);
        _ = how switch
        {
            "failed" => history.ChildFailed(5),
            "canceled" => history.ChildCanceled(5),
            "terminated" => history.ChildTerminated(5),
            _ => history.ChildTimedOut(5),
        };

        var failure = Script().Feed(history.OpenTask().Slice(previousStarted: 3)).Single<WorkflowJob.ResolveChild>().Failure.ShouldNotBeNull();

        failure.ChildWorkflowExecutionFailureInfo.WorkflowExecution.RunId.ShouldBe("child-run");
        failure.Cause.FailureInfoCase.ShouldBe(cause);
    }

    [Fact]
    public void Cancel_BeforeItWasSent_SettlesBothWaits()
    {
        var script = MachineScript.OnStart(m =>
        {
            m.StartChild(1, HistoryBuilder.Child(), ChildWorkflowCancellationType.WaitCancellationCompleted, null);
            m.CancelChild(1, "changed my mind");
        }).Feed(new HistoryBuilder().Started().OpenTask().Slice());

        script.Machine.UnsentCommands().ShouldBeEmpty();
        script.Single<WorkflowJob.ResolveChildStart>().Failure.ShouldNotBeNull();
        script.Single<WorkflowJob.ResolveChild>().Failure.ShouldNotBeNull();
    }

    [Fact]
    public void Cancel_WaitCompleted_AsksAndSettlesWithTheEnd()
    {
        var history = Initiated().ChildStarted(5).Signaled("stop").OpenTask();
        var script = CancelOnSignal(ChildWorkflowCancellationType.WaitCancellationCompleted).Feed(history.Slice(previousStarted: 3));

        var cancel = script.Machine.UnsentCommands().ShouldHaveSingleItem().RequestCancelExternalWorkflowExecutionCommandAttributes;
        cancel.ChildWorkflowOnly.ShouldBeTrue();
        cancel.RunId.ShouldBe("child-run");
        script.Jobs.OfType<WorkflowJob.ResolveChild>().ShouldBeEmpty();

        history.TaskCompleted().CancelInitiated("child").CancelDelivered(history.LastId).ChildCanceled(5).OpenTask();
        script.Feed(history.Slice(previousStarted: 9, after: 9));

        script.Single<WorkflowJob.ResolveChild>().Failure!.Cause.FailureInfoCase.ShouldBe(Failure.FailureInfoOneofCase.CanceledFailureInfo);
    }

    [Fact]
    public void Cancel_WaitRequested_SettlesWhenTheServerHasTheRequest()
    {
        var history = Initiated().ChildStarted(5).Signaled("stop").OpenTask();
        var script = CancelOnSignal(ChildWorkflowCancellationType.WaitCancellationRequested).Feed(history.Slice(previousStarted: 3));
        script.Jobs.OfType<WorkflowJob.ResolveChild>().ShouldBeEmpty();

        history.TaskCompleted().CancelInitiated("child").CancelDelivered(history.LastId).OpenTask();
        script.Feed(history.Slice(previousStarted: 9, after: 9));

        script.Single<WorkflowJob.ResolveChild>().Failure.ShouldNotBeNull();
    }

    [Fact]
    public void Cancel_TryCancel_SettlesAtOnceAndIgnoresTheEnd()
    {
        var history = Initiated().ChildStarted(5).Signaled("stop").OpenTask();
        var script = CancelOnSignal(ChildWorkflowCancellationType.TryCancel).Feed(history.Slice(previousStarted: 3));
        script.Commands.ShouldBe([CommandType.RequestCancelExternalWorkflowExecution]);
        script.Single<WorkflowJob.ResolveChild>();

        history.TaskCompleted().CancelInitiated("child").CancelDelivered(history.LastId).ChildCompleted(5).OpenTask();
        script.Feed(history.Slice(previousStarted: 9, after: 9));
        script.Single<WorkflowJob.ResolveChild>();
    }

    [Fact]
    public void Cancel_AbandonWhileStarting_SettlesBothWaitsAndAsksNobody()
    {
        var script = CancelOnSignal(ChildWorkflowCancellationType.Abandon).Feed(Initiated().Signaled("stop").OpenTask().Slice(previousStarted: 3));

        script.Machine.UnsentCommands().ShouldBeEmpty();
        script.Single<WorkflowJob.ResolveChildStart>();
        script.Single<WorkflowJob.ResolveChild>();
    }

    [Theory]
    [InlineData("other", "Child", "workflow id")]
    [InlineData("child", "Other", "workflow type")]
    public void Initiated_OfAnotherChild_IsAMismatchThatNamesBoth(string id, string type, string what)
    {
        var e = Should.Throw<NonDeterminismException>(() => Script().Feed(new HistoryBuilder().Started().Task().ChildInitiated(id, type).OpenTask().Slice(previousStarted: 3)));

        e.Message.ShouldContain(what);
        e.Message.ShouldContain($"child '{id}' of type '{type}'");
        e.Message.ShouldContain("child 'child' of type 'Child'");
    }

    private static HistoryBuilder Initiated() => new HistoryBuilder().Started().Task().ChildInitiated();

    private static MachineScript Script() => MachineScript.OnStart(m => m.StartChild(1, HistoryBuilder.Child(), ChildWorkflowCancellationType.WaitCancellationCompleted, null));

    private static MachineScript CancelOnSignal(ChildWorkflowCancellationType type) => new((script, job) =>
    {
        if (job is WorkflowJob.Start)
            script.Machine.StartChild(1, HistoryBuilder.Child(), type, null);
        else if (job is WorkflowJob.Signal)
            script.Machine.CancelChild(1, "stop");
    });
}
