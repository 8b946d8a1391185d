using Mandate.Protocol.Failures;
using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("childAlreadyStarted")]
public sealed class ChildAlreadyStartedWorkflow
{
    [WorkflowRun]
    public async Task<string> RunAsync(string workflowId)
    {
        try
        {
            await Workflow.StartChildWorkflowAsync((ApprovalWorkflow wf) => wf.RunAsync(1), new ChildWorkflowOptions { Id = workflowId });
            return "started";
        }
        catch (WorkflowAlreadyStartedException e)
        {
            return $"{e.WorkflowId} exists";
        }
    }
}
