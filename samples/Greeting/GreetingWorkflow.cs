using Mandate.Temporal.Workflows;

namespace Greeting;

/// <summary>Waits durably, then has an activity greet somebody.</summary>
[Workflow("Greeting")]
public sealed class GreetingWorkflow
{
    /// <summary>Runs one greeting.</summary>
    [WorkflowRun]
    public async Task<string> RunAsync(string name)
    {
        await Workflow.DelayAsync(TimeSpan.FromSeconds(1));
        return await Workflow.ExecuteActivityAsync(
            (GreetingActivities a) => a.Greet(name),
            new ActivityOptions { StartToCloseTimeout = TimeSpan.FromSeconds(10) });
    }
}
