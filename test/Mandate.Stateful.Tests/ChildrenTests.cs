using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Temporal.Client;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

public sealed class ChildrenTests
{
    [Fact]
    [Scenario("stateful-workflow", 12)]
    public async Task Rotation_ChildrenThatEndedInEachWay_AreForgottenAndReportedAsGone()
    {
        await using var tree = await TreeFixture.StartAsync();
        await tree.StartTreeAsync("root", new() { Depth = 1, Fanout = 4, ApiToken = await tree.SetAsync("secret-of-the-gone-1", "root") });
        for (var i = 0; i < 4; i++)
            await tree.BecomesAsync($"root/{i}", t => t.Epoch == 1);

        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root/0").SignalAsync(wf => wf.FinishAsync()));
        await tree.Client.GetWorkflowHandle("root/1").CancelAsync();
        await tree.Client.GetWorkflowHandle("root/2").TerminateAsync();
        await Eventually.BecomesAsync(() => tree.TreeOfAsync("root").GetAwaiter().GetResult().Children.Count == 1);

        (await tree.RotateAsync("root", await tree.SetAsync("secret-of-the-gone-2", "root"))).Levels.ShouldBe([new(1, 1, 0, 3, 0)]);
        (await tree.RotateAsync("root", await tree.SetAsync("secret-of-the-gone-3", "root"))).Levels.ShouldBe([new(1, 1, 0, 0, 0)]);
        (await tree.TreeOfAsync("root")).Children.Select(c => c.WorkflowId).ShouldBe(["root/3"]);
    }

    [Fact]
    [Scenario("stateful-workflow", 12)]
    public async Task Rotation_ChildThatEndedAfterItsParentContinued_IsFoundGone()
    {
        await using var tree = await TreeFixture.StartAsync();
        await tree.StartTreeAsync("root", new() { Depth = 1, Fanout = 2, ApiToken = await tree.SetAsync("secret-of-the-late-1", "root") });
        await tree.BecomesAsync("root/0", t => t.Epoch == 1);
        await tree.BecomesAsync("root/1", t => t.Epoch == 1);
        await ContinuationTests.ContinueAsync(tree, "root");

        // The run that continues is not told when a child of the run before ends.
        await tree.Client.GetWorkflowHandle("root/1").TerminateAsync();

        (await tree.RotateAsync("root", await tree.SetAsync("secret-of-the-late-2", "root"))).Levels.ShouldBe([new(1, 1, 0, 1, 0)]);
        (await tree.TreeOfAsync("root")).Children.Count.ShouldBe(1);
    }

    [Fact]
    [Scenario("stateful-workflow", 18)]
    public async Task Start_OfAnAncestorAsAChild_IsNotDone()
    {
        await using var tree = await TreeFixture.StartAsync();
        await tree.StartTreeAsync("a", new() { ApiToken = await tree.SetAsync("secret-of-the-circle-1", "a") });
        foreach (var (parent, child) in ((string, string)[])[("a", "b"), ("b", "c"), ("c", "d")])
        {
            await AddAsync(parent, child);
            await tree.BecomesAsync(child, t => t.Epoch == 1);
        }

        // Its root, one between that only its parent knows of, its parent, itself; and the root once more from right below it.
        foreach (var (parent, child) in ((string, string)[])[("d", "a"), ("d", "b"), ("d", "c"), ("d", "d"), ("b", "a")])
        {
            await AddAsync(parent, child);
            await Eventually.BecomesAsync(async () => (await RefusalAsync(parent))?.Contains($"'{child}'", StringComparison.Ordinal) == true);
            (await RefusalAsync(parent))!.ShouldStartWith(ApiTokenFailureTypes.CircularTree);
        }

        (await tree.RotateAsync("a", await tree.SetAsync("secret-of-the-circle-2", "a"))).Levels.ShouldBe([new(1, 1, 0, 0, 0), new(2, 1, 0, 0, 0), new(3, 1, 0, 0, 0)]);
        var histories = await tree.HistoriesAsync();
        histories.Count.ShouldBe(4, "nothing but the four was started");
        Count(e => e.StartChildWorkflowExecutionInitiatedEventAttributes is not null).ShouldBe([("a", 1), ("b", 1), ("c", 1), ("d", 0)]);
        // The rotation went down once, and around to nobody.
        Count(e => e.WorkflowExecutionSignaledEventAttributes?.SignalName == StatefulNames.ApiToken).ShouldBe([("a", 0), ("b", 1), ("c", 1), ("d", 1)]);

        Task AddAsync(string parent, string child) => tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>(parent).SignalAsync(wf => wf.AddChildAsync(new ChildRequest { Id = child })));

        Task<string?> RefusalAsync(string id) => tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>(id).QueryAsync(wf => wf.Refusal));

        IEnumerable<(string Id, int Count)> Count(Func<Protocol.Api.History.V1.HistoryEvent, bool> what) => histories.OrderBy(h => h.Id, StringComparer.Ordinal).Select(h => (h.Id, h.Events.Count(what)));
    }

    [Fact]
    public async Task End_OfTheParent_CancelsItsChildren()
    {
        await using var tree = await TreeFixture.StartAsync();
        var root = await tree.StartTreeAsync("root", new() { Depth = 2, Fanout = 1 });
        await tree.BecomesAsync("root/0/0", _ => true);

        await tree.AsAsync(TreeFixture.Alice, () => root.SignalAsync(wf => wf.FinishAsync()));
        await root.GetResultAsync().WithinLimit();

        foreach (var id in (string[])["root/0", "root/0/0"])
            await Should.ThrowAsync<WorkflowFailedException>(() => tree.Client.GetWorkflowHandle(id).GetResultAsync()).WithinLimit();
    }
}
