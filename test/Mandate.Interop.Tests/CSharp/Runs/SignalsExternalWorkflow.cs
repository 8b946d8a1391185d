using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("signalsExternal")]
public sealed class SignalsExternalWorkflow
{
    [WorkflowRun]
    public async Task<string> RunAsync(string workflowId)
    {
        await Workflow.GetExternalWorkflowHandle(workflowId).SignalAsync("approve", [Workflow.Info.WorkflowId]);
        return "signalled";
    }
}
