using System.Text;
using Mandate.Stateful.Scanning;
using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Temporal.Worker;
using Mandate.Temporal.Workflows;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

/// <summary>Every test of this suite replays its histories and searches what it wrote when it ends (<see cref="TreeFixture"/>). Here it is shown that both would notice.</summary>
public sealed class WholeRunTests
{
    [Fact]
    [Scenario("stateful-workflow", 19)]
    public async Task Scan_OfEverythingThatWasWritten_FindsNoSecretAndFindsThePlantedOne()
    {
        await using var tree = await TreeFixture.StartAsync();
        await JourneyAsync(tree);
        var histories = await tree.HistoriesAsync();
        var places = await tree.EverythingWrittenAsync(histories);

        foreach (var secret in tree.Secrets.Select(s => new ValuePattern(s, s)))
            places.Where(p => secret.IsIn(p.Content)).Select(p => p.Place).ShouldBeEmpty();
        places.Select(p => p.Place.Split(' ')[0].Split('/')[0]).Distinct().ShouldBe(["engine", "ledger.db", "vault.db", "ledger.db-wal", "vault.db-wal", "ledger.db-shm", "vault.db-shm", "history", "inflated", "logs", "traces", "description", "memo", "query"], ignoreOrder: true);

        // The control: the same scan finds what was planted in each of these places, so it would have found a secret.
        var names = new ValuePattern("workflow", "planted-control-value");
        foreach (var place in (string[])["engine", "ledger.db", "vault.db", "history", "inflated", "logs", "traces", "description", "memo", "query"])
            places.Where(p => p.Place.StartsWith(place, StringComparison.Ordinal)).ShouldContain(p => names.IsIn(p.Content), $"the control is not found in {place}");
        foreach (var secret in tree.Secrets)
            new ValuePattern(secret, secret).IsIn(Encoding.UTF8.GetBytes($"{{\"data\":\"{Convert.ToBase64String(Encoding.UTF8.GetBytes("\"" + secret + "\""))}\"}}")).ShouldBeTrue();
    }

    [Fact]
    [Scenario("stateful-workflow", 20)]
    public async Task Replay_OfEveryHistory_IsDeterministicAndWouldNoticeIfNot()
    {
        await using var tree = await TreeFixture.StartAsync();
        await JourneyAsync(tree);
        var histories = await tree.HistoriesAsync();

        histories.Count.ShouldBeGreaterThan(6);
        foreach (var result in await tree.ReplayAsync(histories))
            result.ReplayFailure.ShouldBeNull(result.History.Id);

        // Code that does something else than what made a history does not replay it.
        var changed = await tree.ReplayAsync(histories, Temporal.Workflows.WorkflowDefinition.Create<DelayedNodeWorkflow>());
        changed.ShouldAllBe(r => r.ReplayFailure is WorkflowNondeterminismException);

        // Nor does a history that has one delivery less than the code makes.
        var tampered = histories.First(h => h.Events.Any(e => e.SignalExternalWorkflowExecutionInitiatedEventAttributes is not null));
        var json = tampered.ToJson().Replace("\"apiToken\"", "\"apiOther\"", StringComparison.Ordinal);
        (await tree.ReplayAsync([Temporal.Common.WorkflowHistory.FromJson(tampered.Id, json)])).Single().ReplayFailure.ShouldBeOfType<WorkflowNondeterminismException>();
    }

    /// <summary>A bit of everything: starts, rotations both ways, exclusion, calls, refusals, continue-as-new, revocation.</summary>
    private static async Task JourneyAsync(TreeFixture tree)
    {
        const string root = "planted-control-value";
        var plan = new NodePlan
        {
            Depth = 2,
            Fanout = 2,
            ApiToken = await tree.SetAsync("journey-secret-number-one", root),
            ApiUrl = tree.Api.Address,
            Policies = new Dictionary<int, ApiTokenPolicy> { [1] = ApiTokenPolicy.Exclude },
        };
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.StartWorkflowAsync(
            (NodeWorkflow wf) => wf.RunAsync(plan), TreeFixture.Start(root) with { Memo = new Dictionary<string, object> { ["note"] = root } }));
        await tree.BecomesAsync($"{root}/0/1", t => t.Epoch == 1);
        await tree.CallAsync($"{root}/0/1");
        await tree.SignalAsync(root, await tree.SetAsync("journey-secret-number-two", root));
        await tree.BecomesAsync($"{root}/0/1", t => t.Epoch == 2);
        // So many children that what the next run is given of them is compressed.
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>(root).SignalAsync(wf => wf.AddChildrenAsync($"{root}/more", 60)));
        await tree.BecomesAsync($"{root}/more/59", t => t.Epoch == 2);
        await ContinuationTests.ContinueAsync(tree, root);
        await tree.RotateAsync(root, await tree.SetAsync("journey-secret-number-three", root));
        await tree.CallAsync($"{root}/0/0");
        await tree.SignalAsync($"{root}/0", await tree.SetAsync("journey-secret-number-four", root), by: TreeFixture.Bob);
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle(root).SignalAsync(StatefulNames.ApiUrl, ["not an address"]));
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle(root).ExecuteUpdateAsync<ApiTokenReport>(StatefulNames.RevokeApiToken, [])).WithinLimit();
        await RotationTests.FailureOfAsync(() => tree.CallAsync($"{root}/0/0"));
        await RotationTests.HandledAsync(tree, $"{root}/0");
    }
}
