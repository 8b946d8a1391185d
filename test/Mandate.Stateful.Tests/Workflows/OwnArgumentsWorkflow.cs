using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tests.Workflows;

/// <summary>Continues as new by Temporal's own means, with arguments of its own that know nothing of tokens.</summary>
[Workflow]
public sealed class OwnArgumentsWorkflow : StatefulWorkflow
{
    private bool _continues;
    private int _round;

    [WorkflowQuery]
    public int Round => _round;

    [WorkflowRun]
    public async Task RunAsync(int round)
    {
        _round = round;
        if (round == 0)
            await StartChildAsync((NodeWorkflow wf) => wf.RunAsync(new NodePlan()), new() { Workflow = new() { Id = $"{Workflow.Info.WorkflowId}/child" } });
        await Workflow.WaitConditionAsync(() => _continues);
        throw Workflow.CreateContinueAsNewException((OwnArgumentsWorkflow wf) => wf.RunAsync(round + 1));
    }

    [WorkflowSignal]
    public Task ContinueAsync()
    {
        _continues = true;
        return Task.CompletedTask;
    }
}
