using Google.Protobuf;
using Xunit.Abstractions;

namespace Mandate.Engine.Tests.Visibility;

/// <summary>What lists and counts cost with 200,000 runs, in SQLite's instructions: unlike time they are the same on every machine.</summary>
public sealed class ListCostTests(LargeNamespace large, ITestOutputHelper output) : IClassFixture<LargeNamespace>
{
    private const int Granularity = 100;
    private const int PageSize = 50;

    /// <summary>A walk through an index of all runs costs at least three for each.</summary>
    private const int MaxInstructions = LargeNamespace.Runs / 2;

    [Theory]
    [InlineData("")]
    [InlineData("ExecutionStatus = 'Running'")]
    [InlineData("ExecutionStatus = 'Failed'")]
    [InlineData("ExecutionStatus != 'Running'")]
    [InlineData("ExecutionStatus IN ('Failed', 'TimedOut')")]
    [InlineData("WorkflowType = 'Type3'")]
    [InlineData("WorkflowType = 'Type3' AND ExecutionStatus = 'Completed'")]
    [InlineData("WorkflowType = 'Type0' AND ExecutionStatus = 'Running'")]
    [InlineData("WorkflowId = 'order-000007'")]
    [InlineData("WorkflowId IN ('order-000007', 'order-000008') AND ExecutionStatus = 'Completed'")]
    [InlineData("WorkflowId STARTS_WITH 'order-0001'")]
    [InlineData("RunId = 'run-00000042'")]
    [InlineData("ParentWorkflowId = 'order-000012'")]
    [InlineData("RootWorkflowId = 'order-000012'")]
    [InlineData("StartTime > '2026-03-06T19:00:00Z'")]
    [InlineData("StartTime BETWEEN '2026-03-05T12:00:00Z' AND '2026-03-05T12:01:00Z'")]
    [InlineData("CloseTime >= '2026-03-06T19:00:00Z'")]
    [InlineData("CloseTime BETWEEN '2026-03-05T12:00:00Z' AND '2026-03-05T13:00:00Z'")]
    [InlineData("WorkflowType = 'Type3' AND StartTime > '2026-03-05T12:00:00Z'")]
    [InlineData("CustomKeyword = 'customer-4711'")]
    [InlineData("CustomKeyword IN ('customer-4711', 'customer-4712') AND ExecutionStatus = 'Running'")]
    [InlineData("CustomInt BETWEEN 1000 AND 2000")]
    [InlineData("ORDER BY StartTime DESC")]
    [InlineData("ORDER BY StartTime")]
    [InlineData("WorkflowId = 'order-000007' ORDER BY StartTime DESC")]
    public void Read_CommonFilter_CostsAPageAndNotTheNamespace(string query)
    {
        var token = ByteString.Empty;
        for (var page = 1; page <= 3; page++)
        {
            var instructions = Instructions(() => token = large.Database.Page(query, PageSize, token).NextPageToken);
            output.WriteLine($"page {page}: {instructions:N0} instructions");
            instructions.ShouldBeLessThan(MaxInstructions);
            if (token.IsEmpty)
                return;
        }
    }

    [Theory]
    [InlineData("ExecutionStatus = 'Running'")]
    [InlineData("WorkflowType = 'Type3'")]
    [InlineData("WorkflowId = 'order-000007'")]
    [InlineData("CloseTime > '2026-03-06T19:00:00Z'")]
    [InlineData("StartTime BETWEEN '2026-03-05T12:00:00Z' AND '2026-03-05T12:01:00Z'")]
    [InlineData("CustomKeyword = 'customer-4711'")]
    [InlineData("CustomInt BETWEEN 1000 AND 2000")]
    [InlineData("ParentWorkflowId = 'order-000012' GROUP BY ExecutionStatus")]
    public void Count_CommonFilter_CostsTheMatchesAndNotTheNamespace(string query) =>
        Instructions(() => large.Database.Count(query)).ShouldBeLessThan(MaxInstructions);

    [Fact]
    public void Read_ManyCloseBetweenPages_CostsThemAndNotTheNamespace()
    {
        var token = large.Database.Page("", PageSize).NextPageToken;
        foreach (var key in Enumerable.Range(1, 200).Select(i => 100_000 + (i * 40)))
            large.Database.Database.Execute($"UPDATE runs SET status = 2, close_time = {TestRun.Noon.AddDays(10).UtcTicks + key} WHERE key = {key}");

        Instructions(() => large.Database.Page("", PageSize, token)).ShouldBeLessThan(MaxInstructions);
    }

    /// <summary>Shows that the measure sees what it is to see.</summary>
    [Fact]
    public void Read_FilterWithoutIndex_CostsTheNamespace() =>
        Instructions(() => large.Database.Page("TaskQueue = 'other'", PageSize)).ShouldBeGreaterThan(MaxInstructions);

    private int Instructions(Action action)
    {
        var steps = 0;
        large.Database.Database.Watch(Granularity, () =>
        {
            steps++;
            return false;
        });
        try
        {
            action();
        }
        finally
        {
            large.Database.Database.Watch(0, stop: null);
        }

        return steps * Granularity;
    }
}
