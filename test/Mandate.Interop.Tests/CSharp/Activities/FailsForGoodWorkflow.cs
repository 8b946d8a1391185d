using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("failsForGood")]
public sealed class FailsForGoodWorkflow
{
    [WorkflowRun]
    public Task RunAsync() => Workflow.ExecuteActivityAsync((InteropActivities a) => a.FailForGood("no way"), TwinOptions.Quickly);
}
