using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("signalsChild")]
public sealed class SignalsChildWorkflow
{
    [WorkflowRun]
    public async Task<string[]> RunAsync()
    {
        var child = await Workflow.StartChildWorkflowAsync((ApprovalWorkflow wf) => wf.RunAsync(1), new ChildWorkflowOptions { Id = $"{Workflow.Info.WorkflowId}/child" });
        await child.SignalAsync(wf => wf.ApproveAsync("parent"));
        return await child.GetResultAsync();
    }
}
