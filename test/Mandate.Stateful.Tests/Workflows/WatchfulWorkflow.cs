using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tests.Workflows;

/// <summary>Looks at its children while one is being started.</summary>
[Workflow]
public sealed class WatchfulWorkflow : StatefulWorkflow
{
    [WorkflowQuery]
    public IReadOnlyList<ApiTokenChild> Before { get; private set; } = [];

    [WorkflowQuery]
    public IReadOnlyList<ApiTokenChild> After { get; private set; } = [];

    [WorkflowRun]
    public async Task RunAsync()
    {
        var start = StartChildAsync((NodeWorkflow wf) => wf.RunAsync(new NodePlan()), new() { ApiToken = ApiTokenPolicy.Exclude, Workflow = new() { Id = "watched" } });
        Before = ApiTokenTree.Children;
        await start;
        After = ApiTokenTree.Children;
        await Workflow.WaitConditionAsync(() => false);
    }
}
