using Mandate.Temporal.Workflows;

namespace Mandate.Load.Bursts;

/// <summary>Answers its number at once.</summary>
[Workflow]
public sealed class ChildWorkflow
{
    /// <summary>Answers its number.</summary>
    [WorkflowRun]
    public Task<int> RunAsync(int number) => Task.FromResult(number);
}
