using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>Starts one child for each policy, waits until they run, and ends.</summary>
[Workflow("leavesChildren")]
public sealed class LeavesChildrenWorkflow
{
    [WorkflowRun]
    public async Task<int> RunAsync(string[] policies)
    {
        foreach (var policy in policies)
        {
            await Workflow.StartChildWorkflowAsync((ApprovalWorkflow wf) => wf.RunAsync(1), new ChildWorkflowOptions
            {
                Id = $"{Workflow.Info.WorkflowId}/{policy}",
                ParentClosePolicy = policy switch
                {
                    "TERMINATE" => ParentClosePolicy.Terminate,
                    "REQUEST_CANCEL" => ParentClosePolicy.RequestCancel,
                    _ => ParentClosePolicy.Abandon,
                },
            });
        }

        return policies.Length;
    }
}
