using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>A local activity that takes longer than a workflow task may.</summary>
[Workflow("longLocal")]
public sealed class LongLocalWorkflow
{
    [WorkflowRun]
    public Task<string> RunAsync(string gate) =>
        Workflow.ExecuteLocalActivityAsync((InteropActivities a) => a.WaitAtGateAsync(gate), new LocalActivityOptions { StartToCloseTimeout = TimeSpan.FromMinutes(5) });
}
