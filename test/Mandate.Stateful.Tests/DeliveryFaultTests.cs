using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

public sealed class DeliveryFaultTests
{
    [Fact]
    public async Task Delivery_ThatFailed_IsShownAsBehindAndRepeated()
    {
        string? refused = null;
        await using var tree = await TreeFixture.StartAsync(worker: false);
        tree.Authority = a => AuthorityFaults.Before(a, () => Volatile.Read(ref refused));
        tree.AddWorker();
        await tree.StartTreeAsync("root", new()
        {
            Depth = 1,
            Fanout = 2,
            ApiToken = await tree.SetAsync("secret-not-delivered-1", "root"),
            Hosts = [tree.Api.Address.ToString()],
            Policies = new Dictionary<int, ApiTokenPolicy> { [0] = ApiTokenPolicy.Downscope },
        });
        await tree.BecomesAsync("root/0", t => t.Epoch == 1);
        await tree.BecomesAsync("root/1", t => t.Epoch == 1);

        Volatile.Write(ref refused, nameof(IApiTokenAuthority.NarrowAsync));
        (await tree.RotateAsync("root", await tree.SetAsync("secret-not-delivered-2", "root"))).Levels.ShouldBe([new(1, 1, 0, 0, 1)]);
        (await tree.TreeOfAsync("root")).Children.Where(c => c.IsBehind).Select(c => c.WorkflowId).ShouldBe(["root/0"]);

        Volatile.Write(ref refused, null);
        await tree.BecomesAsync("root/0", t => t.Epoch == 2);
        await Eventually.BecomesAsync(async () => (await tree.TreeOfAsync("root")).Children.All(c => !c.IsBehind));
    }

    [Fact]
    public async Task Delivery_OfANewerEpochWithALowerRevision_IsTakenOver()
    {
        await using var tree = await TreeFixture.StartAsync();
        var first = await tree.SetAsync("secret-before-the-reset", "root");
        await tree.StartTreeAsync("root", new() { Depth = 1, Fanout = 1, ApiToken = first });
        await tree.BecomesAsync("root/0", t => t.Epoch == 1);
        var second = await tree.SetAsync("secret-after-the-reset", "root");

        // As from a parent that was reset to a point before: it counts its changes anew.
        var newer = ApiTokenMessage.Of(second) with { Hop = new(0, null) };
        var older = ApiTokenMessage.Of(first) with { Hop = new(0, null) };
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(
            wf => wf.TellAsync("root/0", newer)));
        (await tree.BecomesAsync("root/0", t => t.Epoch == 2)).Fingerprint.ShouldBe(second.Fingerprint);

        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(
            wf => wf.TellAsync("root/0", older)));
        await RotationTests.HandledAsync(tree, "root/0");
        (await tree.TokenOfAsync("root/0")).Epoch.ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Delivery_OfAnotherNameWithALowerRevision_IsTakenOverFromAnotherRunOfTheParentOnly(bool isAnotherRun)
    {
        await using var tree = await TreeFixture.StartAsync();
        await tree.StartTreeAsync("root", new() { Depth = 1, Fanout = 1, ApiToken = await tree.SetAsync("secret-of-the-first-name", "root") });
        await tree.RotateAsync("root", await tree.SetAsync("secret-of-the-first-name-2", "root"));
        var other = await tree.SetAsync("secret-of-another-name", "root", name: "other");
        if (isAnotherRun)
            await ContinuationTests.ContinueAsync(tree, "root");

        // As from a parent that was reset to a point before.
        var message = ApiTokenMessage.Of(other) with { Hop = new(0, null) };
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(
            wf => wf.TellAsync("root/0", message)));
        await Eventually.BecomesAsync(async () => (await tree.BareClient.GetWorkflowHandle("root/0").FetchHistoryAsync()).Events.Count(e => e.WorkflowExecutionSignaledEventAttributes?.SignalName == StatefulNames.ApiToken) == 2);
        await RotationTests.HandledAsync(tree, "root/0");

        (await tree.TokenOfAsync("root/0")).Name.ShouldBe(isAnotherRun ? "other" : "root");
    }

    [Fact]
    public async Task Signal_OfAnEqualEpochUnderAnotherName_HealsOnceMore()
    {
        await using var tree = await TreeFixture.StartAsync();
        await tree.StartTreeAsync("root", new() { Depth = 2, Fanout = 1, ApiToken = await tree.SetAsync("secret-to-heal-1", "root") });
        await tree.BecomesAsync("root/0/0", t => t.Epoch == 1);
        var second = await tree.SetAsync("secret-to-heal-2", "root");
        await tree.SignalAsync("root", second);
        await tree.BecomesAsync("root/0/0", t => t.Epoch == 2);
        await tree.SignalAsync("root", second);
        await Eventually.BecomesAsync(async () => await SignalsAsync() == 2);

        var own = await tree.SetAsync("secret-to-heal-of-its-own", "root", name: "root/0");
        await tree.SignalAsync("root/0", own);
        await tree.BecomesAsync("root/0/0", t => t.Name == "root/0");
        await tree.SignalAsync("root/0", own);

        await Eventually.BecomesAsync(async () => await SignalsAsync() == 4);

        async Task<int> SignalsAsync() =>
            (await tree.BareClient.GetWorkflowHandle("root/0/0").FetchHistoryAsync()).Events.Count(e => e.WorkflowExecutionSignaledEventAttributes?.SignalName == StatefulNames.ApiToken);
    }
}
