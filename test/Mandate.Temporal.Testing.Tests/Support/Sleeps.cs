using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Testing.Tests.Support;

/// <summary>Sleeps, and says how long that took on the workflow's clock.</summary>
[Workflow]
public sealed class Sleeps
{
    [WorkflowQuery]
    public bool Woke { get; private set; }

    [WorkflowRun]
    public async Task<TimeSpan> RunAsync(TimeSpan time)
    {
        var began = Workflow.UtcNow;
        await Workflow.DelayAsync(time);
        Woke = true;
        return Workflow.UtcNow - began;
    }
}
