using Mandate.Temporal.Workflows;

namespace Mandate.Faults.Host;

/// <summary>The child: a timer and an activity.</summary>
[Workflow]
public sealed class Stage
{
    /// <summary>Takes one step after a moment.</summary>
    [WorkflowRun]
    public async Task<string> RunAsync(string step)
    {
        await Workflow.DelayAsync(TimeSpan.FromMilliseconds(100));
        return await Workflow.ExecuteActivityAsync(() => Steps.Take(step), Steps.Options);
    }
}
