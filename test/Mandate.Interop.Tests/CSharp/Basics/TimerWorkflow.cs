using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("timer")]
public sealed class TimerWorkflow
{
    [WorkflowRun]
    public async Task<string> RunAsync(int milliseconds)
    {
        await Workflow.DelayAsync(milliseconds);
        return "fired";
    }
}
