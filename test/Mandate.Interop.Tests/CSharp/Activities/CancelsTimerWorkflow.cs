using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("cancelsTimer")]
public sealed class CancelsTimerWorkflow
{
    [WorkflowRun]
    public async Task<string> RunAsync()
    {
        using var cancel = new CancellationTokenSource();
        var timer = Workflow.DelayAsync(TimeSpan.FromHours(1), cancel.Token);
        await Workflow.DelayAsync(1);
        cancel.Cancel();
        try
        {
            await timer;
            return "fired";
        }
        catch (OperationCanceledException)
        {
            return "cancelled";
        }
    }
}
