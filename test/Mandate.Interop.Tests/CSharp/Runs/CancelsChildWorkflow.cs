using Mandate.Protocol.Failures;
using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("cancelsChild")]
public sealed class CancelsChildWorkflow
{
    [WorkflowRun]
    public async Task<string> RunAsync()
    {
        using var cancel = new CancellationTokenSource();
        var child = await Workflow.StartChildWorkflowAsync(
            (ApprovalWorkflow wf) => wf.RunAsync(1), new ChildWorkflowOptions { Id = $"{Workflow.Info.WorkflowId}/child", CancellationToken = cancel.Token });
        cancel.Cancel();
        try
        {
            await child.GetResultAsync();
            return "completed";
        }
        catch (Exception e) when (TemporalException.IsCanceledException(e))
        {
            return "cancelled";
        }
    }
}
