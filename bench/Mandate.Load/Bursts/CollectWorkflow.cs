using Mandate.Temporal.Workflows;

namespace Mandate.Load.Bursts;

/// <summary>Waits for signals and counts them.</summary>
[Workflow]
public sealed class CollectWorkflow
{
    private int _received;

    /// <summary>Ends when so many signals have come.</summary>
    [WorkflowRun]
    public async Task<int> RunAsync(int signals)
    {
        await Workflow.WaitConditionAsync(() => _received >= signals);
        return _received;
    }

    /// <summary>One signal.</summary>
    [WorkflowSignal]
    public Task CountAsync(int number)
    {
        _received++;
        return Task.CompletedTask;
    }
}
