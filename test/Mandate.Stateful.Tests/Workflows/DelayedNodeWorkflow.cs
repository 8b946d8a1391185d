using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tests.Workflows;

/// <summary>What <see cref="NodeWorkflow"/> would be after a change that running workflows do not survive: it waits before it does anything.</summary>
[Workflow(nameof(NodeWorkflow))]
public sealed class DelayedNodeWorkflow : StatefulWorkflow
{
    [WorkflowRun]
    public async Task RunAsync(NodePlan plan)
    {
        await Workflow.DelayAsync(TimeSpan.FromSeconds(1));
        await WaitOrContinueAsNewAsync(() => plan.Depth < 0);
    }
}
