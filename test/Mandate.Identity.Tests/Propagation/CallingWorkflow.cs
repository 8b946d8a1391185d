using Mandate.Temporal.Workflows;

namespace Mandate.Identity.Tests.Propagation;

/// <summary>Has an activity call a service.</summary>
[Workflow]
public sealed class CallingWorkflow
{
    [WorkflowRun]
    public Task<string> RunAsync(string address) =>
        Workflow.ExecuteActivityAsync((CallingActivities a) => a.CallAsync(address), WhoActivities.Options);
}
