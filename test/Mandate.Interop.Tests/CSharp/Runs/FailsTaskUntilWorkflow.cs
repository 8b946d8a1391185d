using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>Fails its workflow task (not the workflow) until a gate is open.</summary>
[Workflow("failsTaskUntil")]
public sealed class FailsTaskUntilWorkflow
{
    [WorkflowRun]
    public async Task<string> RunAsync(string gate)
    {
        if (!CSharpWorkers.Gates.Look(gate))
            throw new InvalidOperationException("this task fails");
        await Workflow.DelayAsync(1);
        return "recovered";
    }
}
