using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("collects")]
public sealed class CollectsWorkflow
{
    private readonly List<int> _seen = [];

    [WorkflowRun]
    public async Task<int[]> RunAsync(int needed)
    {
        await Workflow.WaitConditionAsync(() => _seen.Count >= needed);
        return [.. _seen];
    }

    [WorkflowSignal("approve")]
    public Task ApproveAsync(int value)
    {
        _seen.Add(value);
        return Task.CompletedTask;
    }
}
