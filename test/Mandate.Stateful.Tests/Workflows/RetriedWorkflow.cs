using Mandate.Protocol.Failures;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tests.Workflows;

/// <summary>Fails when it is told, so that its policy repeats it.</summary>
[Workflow]
public sealed class RetriedWorkflow : StatefulWorkflow
{
    private bool _fails;

    [WorkflowQuery]
    public int Attempt { get; } = Workflow.Info.Attempt;

    [WorkflowRun]
    public async Task RunAsync(NodePlan plan)
    {
        await Workflow.WaitConditionAsync(() => _fails);
        throw new ApplicationFailureException("as told");
    }

    [WorkflowSignal]
    public Task FailAsync()
    {
        _fails = true;
        return Task.CompletedTask;
    }
}
