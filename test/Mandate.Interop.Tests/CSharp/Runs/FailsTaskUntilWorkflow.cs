using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>Fails its workflow task (not the workflow) until a moment of the real clock has passed.</summary>
[Workflow("failsTaskUntil")]
public sealed class FailsTaskUntilWorkflow
{
    [WorkflowRun]
    public async Task<string> RunAsync(long moment)
    {
        if (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() < moment)
            throw new InvalidOperationException("this task fails");
        await Workflow.DelayAsync(1);
        return "recovered";
    }
}
