using Mandate.Audit;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

public sealed class DenialTests
{
    [Fact]
    public async Task Denial_ThatCannotBeRecorded_DoesNotKeepTheWorkflowFromContinuing()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false, limits: new() { SuggestContinueAsNewEvents = 60 });
        tree.Authority = a => AuthorityFaults.Before(a, () => nameof(IApiTokenAuthority.RecordDenialAsync));
        tree.AddWorker();
        var token = await tree.SetAsync("secret-nobody-may-replace", "root");
        await tree.StartTreeAsync("root", new() { ApiToken = token });
        var first = (await tree.BareClient.GetWorkflowHandle("root").DescribeAsync()).RunId;

        for (var i = 0; i < 80; i++)
            await tree.SignalAsync("root", token, by: TreeFixture.Bob);

        await Eventually.BecomesAsync(async () => (await tree.BareClient.GetWorkflowHandle("root").DescribeAsync()).RunId != first);
        tree.Loggers.Lines.ShouldContain(l => l.Contains("could not be recorded", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Denials_OfManyMessagesAtOnce_AreRecordedByFewActivities(bool isStateful)
    {
        const int count = 300;
        await using var tree = await TreeFixture.StartAsync(worker: false);
        var token = await tree.SetAsync("secret-nobody-may-take-over", "root");
        if (isStateful)
            await tree.StartTreeAsync("root", new() { ApiToken = token });
        else
            await tree.AsAsync(TreeFixture.Alice, () => tree.Client.StartWorkflowAsync((GuardedWorkflow wf) => wf.RunAsync(), TreeFixture.Start("root")));
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => isStateful
            ? tree.SignalAsync("root", token, by: TreeFixture.Bob)
            : tree.AsAsync(TreeFixture.Bob, () => tree.Client.GetWorkflowHandle<GuardedWorkflow>("root").SignalAsync(wf => wf.ApproveAsync("denied")))));
        if (isStateful)
            await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(wf => wf.FinishAsync()));
        else
            await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<GuardedWorkflow>("root").SignalAsync(wf => wf.OpenAsync("end")));

        // It ends in the task in which they are denied, and not before they are recorded. No time passes, so no activity has to stop before it has recorded what it took.
        tree.ActivityTime = new ManualTimeProvider();
        tree.AddWorker();
        await tree.Client.GetWorkflowHandle("root").GetResultAsync().WithinLimit();

        (await tree.Ledger.QueryAsync("acme", new() { Limit = 1_000 })).Events.Count(e => e.Entry.Result == AuditResult.Denied).ShouldBe(count);
        (await tree.BareClient.GetWorkflowHandle("root").FetchHistoryAsync()).Events.Count(e => e.EventType == EventType.MarkerRecorded).ShouldBeLessThan(10);
    }
}
