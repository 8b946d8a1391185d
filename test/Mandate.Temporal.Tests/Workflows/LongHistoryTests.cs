using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Tests.Workflows;

public sealed class LongHistoryTests
{
    [Fact]
    public async Task Replay_ThirtyThousandEvents_Succeeds()
    {
        var builder = new HistoryBuilder().Started("Long", 5000).Task();
        for (var i = 1; i <= 5000; i++)
            builder.ActivityScheduled(i.ToString()).ActivityCompleted(builder.LastId, i).Task();

        (await Replaying.ReplayAsync<Long>(builder.Completed(12502500).History)).ReplayFailure.ShouldBeNull();
    }

    [Workflow]
    public sealed class Long
    {
        [WorkflowRun]
        public async Task<int> RunAsync(int count)
        {
            var sum = 0;
            for (var i = 0; i < count; i++)
                sum += await Workflow.ExecuteActivityAsync<int>("Do", [i], new() { StartToCloseTimeout = TimeSpan.FromSeconds(1) });
            return sum;
        }
    }
}
