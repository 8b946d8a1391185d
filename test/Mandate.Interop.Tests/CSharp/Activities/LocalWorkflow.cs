using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("local")]
public sealed class LocalWorkflow
{
    [WorkflowRun]
    public async Task<string> RunAsync(string name, int attempts)
    {
        var options = new LocalActivityOptions { StartToCloseTimeout = TimeSpan.FromSeconds(10), RetryPolicy = new TwinOptions.Retrying().ToPolicy() };
        var greeting = await Workflow.ExecuteLocalActivityAsync((InteropActivities a) => a.SayHello(name), options);
        var attempt = await Workflow.ExecuteLocalActivityAsync((InteropActivities a) => a.FailUntil(attempts), options);
        await Workflow.DelayAsync(1);
        return $"{greeting} at {attempt}";
    }
}
