using Mandate.Temporal.Workflows;

namespace Mandate.Load;

/// <summary>The measured workflow: one activity.</summary>
[Workflow]
public sealed class GreetingWorkflow
{
    /// <summary>Greets somebody by way of the activity.</summary>
    [WorkflowRun]
    public Task<string> RunAsync(string name) => Workflow.ExecuteActivityAsync(
        (GreetingActivities activities) => activities.Greet(name),
        new() { StartToCloseTimeout = TimeSpan.FromSeconds(10) });
}
