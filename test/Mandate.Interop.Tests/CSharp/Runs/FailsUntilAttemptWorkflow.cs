using Mandate.Protocol.Failures;
using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("failsUntilAttempt")]
public sealed class FailsUntilAttemptWorkflow
{
    [WorkflowRun]
    public Task<int> RunAsync(int attempt) =>
        Workflow.Info.Attempt < attempt ? throw new ApplicationFailureException($"attempt {Workflow.Info.Attempt}") : Task.FromResult(Workflow.Info.Attempt);
}
