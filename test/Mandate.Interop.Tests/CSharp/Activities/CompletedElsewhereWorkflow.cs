using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("completedElsewhere")]
public sealed class CompletedElsewhereWorkflow
{
    [WorkflowRun]
    public Task<string> RunAsync(string gate) => Workflow.ExecuteActivityAsync((InteropActivities a) => a.CompleteElsewhere(gate), TwinOptions.Quickly with { CancellationType = ActivityCancellationType.WaitCancellationCompleted });
}
