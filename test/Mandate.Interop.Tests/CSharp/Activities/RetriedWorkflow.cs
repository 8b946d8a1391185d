using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("retried")]
public sealed class RetriedWorkflow
{
    [WorkflowRun]
    public Task<int> RunAsync(int attempts, TwinOptions.Retrying retry) =>
        Workflow.ExecuteActivityAsync((InteropActivities a) => a.FailUntil(attempts), TwinOptions.Quickly with { RetryPolicy = retry.ToPolicy() });
}
