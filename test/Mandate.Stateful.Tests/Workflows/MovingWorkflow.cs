using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tests.Workflows;

/// <summary>Goes on in a new run where no worker is.</summary>
[Workflow]
public sealed class MovingWorkflow : StatefulWorkflow
{
    public const string NextTaskQueue = "moved";

    private bool _moves;

    [WorkflowRun]
    public async Task RunAsync()
    {
        await Workflow.WaitConditionAsync(() => _moves);
        throw Workflow.CreateContinueAsNewException((MovingWorkflow wf) => wf.RunAsync(), new() { TaskQueue = NextTaskQueue });
    }

    [WorkflowSignal]
    public Task MoveAsync()
    {
        _moves = true;
        return Task.CompletedTask;
    }
}
