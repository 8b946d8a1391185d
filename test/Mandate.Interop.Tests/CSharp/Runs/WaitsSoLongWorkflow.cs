using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>Waits for an approval, so long and no longer.</summary>
[Workflow("waitsSoLong")]
public sealed class WaitsSoLongWorkflow
{
    private string? _by;

    [WorkflowRun]
    public async Task<string> RunAsync(int milliseconds) => await Workflow.WaitConditionAsync(() => _by is not null, milliseconds) ? _by! : "nobody";

    [WorkflowSignal("approve")]
    public Task ApproveAsync(string who)
    {
        _by = who;
        return Task.CompletedTask;
    }
}
