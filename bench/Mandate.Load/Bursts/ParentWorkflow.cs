using Mandate.Temporal.Workflows;

namespace Mandate.Load.Bursts;

/// <summary>Starts many children at once and waits for all.</summary>
[Workflow]
public sealed class ParentWorkflow
{
    /// <summary>Runs the children.</summary>
    [WorkflowRun]
    public async Task<int> RunAsync(int children)
    {
        var id = Workflow.Info.WorkflowId;
        var answers = await Task.WhenAll(Enumerable.Range(0, children).Select(i =>
            Workflow.ExecuteChildWorkflowAsync((ChildWorkflow w) => w.RunAsync(i), new() { Id = $"{id}-{i}" })));
        return answers.Distinct().Count();
    }
}
