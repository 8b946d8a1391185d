using Mandate.Temporal.Workflows;

namespace Mandate.Identity.Tests.Propagation;

/// <summary>Signals another workflow.</summary>
[Workflow]
public sealed class NotifyingWorkflow
{
    [WorkflowRun]
    public Task RunAsync(string workflowId) =>
        Workflow.GetExternalWorkflowHandle<ApprovalWorkflow>(workflowId).SignalAsync(wf => wf.NoteAsync("from a workflow"));
}
