using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("heartbeats")]
public sealed class HeartbeatsWorkflow
{
    [WorkflowRun]
    public Task<ResumedAt> RunAsync(int steps) =>
        Workflow.ExecuteActivityAsync((InteropActivities a) => a.ResumeFromHeartbeatAsync(steps), TwinOptions.Quickly with { HeartbeatTimeout = TimeSpan.FromSeconds(10) });
}
