using Mandate.Temporal.Client;
using Mandate.Temporal.Common;
using Mandate.Temporal.Testing.Tests.Support;
using Mandate.Temporal.Worker;
using Mandate.Testing;

namespace Mandate.Temporal.Testing.Tests;

public sealed class EnvironmentTests
{
    private static readonly SearchAttributeKey<string> City = SearchAttributeKey.CreateKeyword("City");

    [Fact]
    public async Task Start_WithSearchAttributesAndANamespace_HasThem()
    {
        await using var env = await WorkflowEnvironment.StartTimeSkippingAsync(new() { Namespace = "shop", SearchAttributes = [City] });
        await env.Client.StartWorkflowAsync("Order", [], new("order-1", "orders") { TypedSearchAttributes = new SearchAttributeCollection.Builder().Set(City, "Oslo").ToSearchAttributeCollection() });

        var found = await env.Client.ListWorkflowsAsync("City = 'Oslo'").ToListAsync();

        found.Single().Id.ShouldBe("order-1");
    }

    [Fact]
    public async Task Dispose_WithWorkflowsOpen_RemovesTheTemporaryStore()
    {
        var env = await WorkflowEnvironment.StartTimeSkippingAsync();
        await env.Client.StartWorkflowAsync("Order", [], new("order-1", "orders"));
        Directory.Exists(env.DataDirectory).ShouldBeTrue();

        await env.DisposeAsync();

        Directory.Exists(env.DataDirectory).ShouldBeFalse();
    }

    [Fact]
    public async Task Start_OnADirectoryOfTheCallers_GoesOnWhereItStopped()
    {
        using var directory = new TemporaryDirectory();
        await using (var first = await WorkflowEnvironment.StartLocalAsync(new() { DataDirectory = directory.Path }))
            await first.Client.StartWorkflowAsync("Order", [], new("order-1", "orders"));

        await using var second = await WorkflowEnvironment.StartLocalAsync(new() { DataDirectory = directory.Path });

        (await second.Client.GetWorkflowHandle("order-1").DescribeAsync()).WorkflowType.ShouldBe("Order");
    }

    [Fact]
    public async Task Worker_ThatComesAfterTheResultIsAwaited_FindsNothingTimedOut()
    {
        await using var env = await WorkflowEnvironment.StartTimeSkippingAsync();
        var options = EnvironmentRunner.Options() with { RunTimeout = TimeSpan.FromDays(2) };
        var result = env.Client.ExecuteWorkflowAsync((Sleeps wf) => wf.RunAsync(TimeSpan.FromDays(1)), options);
        await Eventually.BecomesAsync(async () => (await env.Client.CountWorkflowsAsync("")).Count == 1);

        using var worker = new TemporalWorker(env.Client, new TemporalWorkerOptions(EnvironmentRunner.Queue).AddWorkflow<Sleeps>());
        await worker.ExecuteAsync(() => result.WithinLimit());

        (await result).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromDays(1));
    }
}
