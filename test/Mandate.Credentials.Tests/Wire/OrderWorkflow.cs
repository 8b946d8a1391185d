using Mandate.Temporal.Activities;
using Mandate.Temporal.Workflows;

namespace Mandate.Credentials.Tests.Wire;

/// <summary>What the guarded worker runs.</summary>
[Workflow]
public sealed class OrderWorkflow
{
    [WorkflowRun]
    public async Task<string> RunAsync(string name) =>
        await Workflow.ExecuteActivityAsync(() => GreetAsync(name), new ActivityOptions { StartToCloseTimeout = TimeSpan.FromMinutes(1) });

    [Activity]
    public static Task<string> GreetAsync(string name) => Task.FromResult($"Hello, {name}");
}
