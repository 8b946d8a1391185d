using Mandate.Protocol.Failures;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tests.Workflows;

/// <summary>Starts many children, and ends in the way it is told when it is asked to.</summary>
[Workflow]
public sealed class EndingWorkflow : StatefulWorkflow
{
    private bool _ends;

    [WorkflowRun]
    public async Task<string> RunAsync(string how, int children)
    {
        if (Workflow.Info.ContinuedRunId is null)
            await Workflow.WhenAllAsync(Enumerable.Range(0, children).Select(i => StartChildAsync((NodeWorkflow wf) => wf.RunAsync(new NodePlan()), new() { Workflow = new() { Id = $"{Workflow.Info.WorkflowId}/{i}" } })));
        await WaitOrContinueAsNewAsync(() => _ends);
        return how == "fails" ? throw new ApplicationFailureException("It failed for a reason.", "Reason", nonRetryable: true) : $"it {how}";
    }

    [WorkflowSignal]
    public Task EndAsync()
    {
        _ends = true;
        return Task.CompletedTask;
    }
}
