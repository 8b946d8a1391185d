using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("cancelsExternal")]
public sealed class CancelsExternalWorkflow
{
    [WorkflowRun]
    public async Task<string> RunAsync(string workflowId)
    {
        await Workflow.GetExternalWorkflowHandle(workflowId).CancelAsync();
        return "cancelled";
    }
}
