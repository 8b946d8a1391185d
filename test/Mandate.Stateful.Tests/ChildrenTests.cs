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
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("a").SignalAsync(wf => wf.AddChildAsync(new ChildRequest { Id = "b" })));
        await tree.BecomesAsync("b", t => t.Epoch == 1);

        foreach (var id in (string[])["a", "b"])
        {
            await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("b").SignalAsync(wf => wf.AddChildAsync(new ChildRequest { Id = id })));
            await Eventually.BecomesAsync(() => RefusalAsync().GetAwaiter().GetResult()?.Contains($"'{id}'", StringComparison.Ordinal) == true);
            (await RefusalAsync())!.ShouldStartWith(ApiTokenFailureTypes.CircularTree);
        }

        (await tree.RotateAsync("a", await tree.SetAsync("secret-of-the-circle-2", "a"))).Levels.ShouldBe([new(1, 1, 0, 0, 0)]);
        var histories = await tree.HistoriesAsync();
        histories.Single(h => h.Id == "b").Events.ShouldNotContain(e => e.StartChildWorkflowExecutionInitiatedEventAttributes != null);
        histories.Single(h => h.Id == "a").Events.Count(e => e.WorkflowExecutionSignaledEventAttributes?.SignalName == StatefulNames.ApiToken).ShouldBe(0);

        Task<string?> RefusalAsync() => tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("b").QueryAsync(wf => wf.Refusal));
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
