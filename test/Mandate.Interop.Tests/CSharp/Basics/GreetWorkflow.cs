using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("greet")]
public sealed class GreetWorkflow
{
    [WorkflowRun]
    public Task<string> RunAsync(string name) =>
        Workflow.ExecuteActivityAsync((InteropActivities a) => a.SayHello(name), new ActivityOptions { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
}
