using Mandate.Temporal.Workflows;

namespace Mandate.Benchmarks;

/// <summary>Runs a few activities at once, several times over.</summary>
[Workflow]
public sealed class RoundsWorkflow
{
    /// <summary>The rounds.</summary>
    [WorkflowRun]
    public async Task RunAsync(int rounds, int activities)
    {
        for (var round = 0; round < rounds; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, activities).Select(i => Workflow.ExecuteActivityAsync(
                (RoundsActivities a) => a.Echo($"{i}"),
                new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) })));
        }
    }
}
