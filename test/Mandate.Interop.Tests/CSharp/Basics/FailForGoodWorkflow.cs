using Mandate.Protocol.Failures;
using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("failForGood")]
public sealed class FailForGoodWorkflow
{
    [WorkflowRun]
    public Task<string> RunAsync(string message) => throw new ApplicationFailureException(message, "ForGood", nonRetryable: true);
}
