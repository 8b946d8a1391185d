using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Testing.Tests.Support;

/// <summary>Sleeps many times at once and says in which order it woke.</summary>
[Workflow]
public sealed class SleepsTogether
{
    [WorkflowRun]
    public async Task<List<int>> RunAsync(int[] minutes)
    {
        var woke = new List<int>();
        await Workflow.WhenAllAsync(minutes.Select(async m =>
        {
            await Workflow.DelayAsync(TimeSpan.FromMinutes(m));
            woke.Add(m);
        }));
        return woke;
    }
}
