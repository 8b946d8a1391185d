using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Worker.Instance;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Tests.Workflows;

public sealed class ForeignWaitTests
{
    [Theory]
    [InlineData("run", "Workflow.RunTaskAsync")]
    [InlineData("delay", "Workflow.DelayAsync")]
    [InlineData("cancelafter", "Workflow.DelayAsync")]
    [InlineData("block", "Use await")]
    public void Wait_OutsideTheWorkflow_FailsTheTaskAndSaysWhatToUseAndWhere(string how, string instead)
    {
        var e = Should.Throw<WorkflowTaskFailedException>(() => Replaying.Run<Straying>(new HistoryBuilder().Started("Straying", how).OpenTask().Slice()));

        e.InnerException.ShouldBeOfType<InvalidWorkflowOperationException>();
        e.Message.ShouldContain(instead);
        e.Message.ShouldContain("Straying.");
    }

    [Theory]
    [InlineData("yield")]
    [InlineData("unwatched")]
    [InlineData("combinators")]
    public void Wait_InsideTheWorkflow_IsFine(string how) =>
        Replaying.Run<Straying>(new HistoryBuilder().Started("Straying", how).OpenTask().Slice()).Machine.Finished.ShouldBeTrue();

    [Workflow]
    public sealed class Straying
    {
        [WorkflowRun]
        public async Task RunAsync(string how)
        {
            switch (how)
            {
                case "run":
                    await Task.Run(() => { });
                    break;
                case "delay":
                    await Task.Delay(TimeSpan.FromHours(1), TimeProvider.System);
                    break;
                case "cancelafter":
                    using (new CancellationTokenSource(TimeSpan.FromHours(1)))
                        await Task.Yield();
                    break;
                case "block":
                    new TaskCompletionSource().Task.Wait(TimeSpan.FromMilliseconds(1));
                    break;
                case "unwatched":
                    _ = Workflow.Unsafe.WithoutWatching(() => Task.Run(() => { }));
                    break;
                case "combinators":
                    await Task.WhenAny(Task.WhenAll(Workflow.RunTaskAsync(() => Task.CompletedTask), Workflow.RunTaskAsync(() => Task.FromResult(1))), Workflow.WaitConditionAsync(() => false));
                    break;
                default:
                    await Task.Yield();
                    break;
            }
        }
    }
}
