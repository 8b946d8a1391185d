using Mandate.Protocol.Failures;
using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>Cancels an activity when told to and tells how it ended.</summary>
[Workflow("cancelsActivity")]
public sealed class CancelsActivityWorkflow
{
    private bool _told;

    [WorkflowRun]
    public async Task<string> RunAsync(string gate, string cancellationType, string? queue = null)
    {
        using var cancel = new CancellationTokenSource();
        var outcome = OutcomeAsync(Workflow.ExecuteActivityAsync((InteropActivities a) => a.RunUntilCancelledAsync(gate), new ActivityOptions
        {
            StartToCloseTimeout = TimeSpan.FromMinutes(5), HeartbeatTimeout = TimeSpan.FromMinutes(1), TaskQueue = queue, CancellationToken = cancel.Token,
            CancellationType = cancellationType switch
            {
                "WAIT_CANCELLATION_COMPLETED" => ActivityCancellationType.WaitCancellationCompleted,
                "TRY_CANCEL" => ActivityCancellationType.TryCancel,
                _ => ActivityCancellationType.Abandon,
            },
        }));
        await Workflow.WaitConditionAsync(() => _told);
        cancel.Cancel();
        return await outcome;
    }

    [WorkflowSignal("stop")]
    public Task StopAsync()
    {
        _told = true;
        return Task.CompletedTask;
    }

    private static async Task<string> OutcomeAsync(Task activity)
    {
        try
        {
            await activity;
            return "completed";
        }
        catch (Exception e) when (TemporalException.IsCanceledException(e))
        {
            return "cancelled";
        }
    }
}
