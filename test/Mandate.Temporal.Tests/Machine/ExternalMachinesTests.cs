using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Worker.Machine;

namespace Mandate.Temporal.Tests.Machine;

public sealed class ExternalMachinesTests
{
    [Fact]
    public void Signal_Delivered_IsAJobWithoutFailure() =>
        Signal().Feed(Signaling().SignalDelivered(5).OpenTask().Slice(previousStarted: 3)).Single<WorkflowJob.ResolveExternalSignal>().Failure.ShouldBeNull();

    [Fact]
    public void Signal_Failed_NamesWorkflowAndCause()
    {
        var failure = Signal().Feed(Signaling().SignalFailed(5).OpenTask().Slice(previousStarted: 3)).Single<WorkflowJob.ResolveExternalSignal>().Failure.ShouldNotBeNull();

        failure.Message.ShouldContain("other");
        failure.ApplicationFailureInfo.Type.ShouldBe("ExternalWorkflowExecutionNotFound");
    }

    [Fact]
    public void Signal_CancelBeforeItWasSent_SettlesAtOnce()
    {
        var script = MachineScript.OnStart(m =>
        {
            m.SignalExternal(1, Attributes());
            m.CancelExternalSignal(1);
        }).Feed(new HistoryBuilder().Started().OpenTask().Slice());

        script.Machine.UnsentCommands().ShouldBeEmpty();
        script.Single<WorkflowJob.ResolveExternalSignal>().Failure.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("another", "Wake", "workflow id")]
    [InlineData("other", "Sleep", "signal")]
    public void Signal_OfAnotherKind_IsAMismatch(string workflowId, string signal, string what) =>
        Should.Throw<NonDeterminismException>(() => Signal().Feed(new HistoryBuilder().Started().Task().SignalInitiated(workflowId, signal).OpenTask().Slice(previousStarted: 3)))
            .Message.ShouldContain(what);

    [Fact]
    public void Cancel_Delivered_IsAJobWithoutFailure() =>
        Cancel().Feed(Canceling().CancelDelivered(5).OpenTask().Slice(previousStarted: 3)).Single<WorkflowJob.ResolveExternalCancel>().Failure.ShouldBeNull();

    [Fact]
    public void Cancel_Failed_IsAJobWithFailure() =>
        Cancel().Feed(Canceling().CancelFailed(5).OpenTask().Slice(previousStarted: 3)).Single<WorkflowJob.ResolveExternalCancel>().Failure.ShouldNotBeNull();

    [Fact]
    public void Cancel_OfAnotherWorkflow_IsAMismatch() =>
        Should.Throw<NonDeterminismException>(() => Cancel().Feed(new HistoryBuilder().Started().Task().CancelInitiated("another").OpenTask().Slice(previousStarted: 3)))
            .Message.ShouldContain("another");

    private static HistoryBuilder Signaling() => new HistoryBuilder().Started().Task().SignalInitiated();

    private static HistoryBuilder Canceling() => new HistoryBuilder().Started().Task().CancelInitiated();

    private static MachineScript Signal() => MachineScript.OnStart(m => m.SignalExternal(1, Attributes()));

    private static MachineScript Cancel() => MachineScript.OnStart(m => m.CancelExternal(1, new() { WorkflowId = "other" }));

    private static Protocol.Api.Command.V1.SignalExternalWorkflowExecutionCommandAttributes Attributes() => new() { Execution = new() { WorkflowId = "other" }, SignalName = "Wake" };
}
