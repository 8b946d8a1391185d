using Mandate.Temporal.Workflows;

namespace Mandate.Load.Bursts;

/// <summary>Starts many activities at once and waits for all, several times over.</summary>
[Workflow]
public sealed class FanOutWorkflow
{
    /// <summary>Runs <paramref name="rounds"/> rounds of <paramref name="activities"/> activities each.</summary>
    [WorkflowRun]
    public async Task<int> RunAsync(int activities, int rounds)
    {
        var done = 0;
        for (var round = 0; round < rounds; round++)
        {
            var greetings = await Task.WhenAll(Enumerable.Range(0, activities).Select(i => Workflow.ExecuteActivityAsync(
                (GreetingActivities a) => a.Greet($"{i}"),
                new() { StartToCloseTimeout = TimeSpan.FromMinutes(5) })));
            done += greetings.Length;
        }

        return done;
    }
}
