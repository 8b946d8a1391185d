using Mandate.Protocol.Failures;
using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

public sealed class PropagationTests
{
    [Fact]
    [Scenario("stateful-workflow", 1)]
    public async Task Start_RootWithToken_ReachesChildrenStartedLaterAndTheirs()
    {
        await using var tree = await TreeFixture.StartAsync();
        var token = await tree.SetAsync("secret-of-the-root-1", "root");
        await tree.StartTreeAsync("root", new() { Depth = 2, Fanout = 1, ApiToken = token, ApiUrl = tree.Api.Address });

        var grandchild = await tree.BecomesAsync("root/0/0", t => t.Epoch == 1);
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(wf => wf.AddChildAsync(new ChildRequest { Id = "late" })));
        var late = await tree.BecomesAsync("late", t => t.Epoch == 1);

        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("late").SignalAsync(wf => wf.AddChildAsync(new ChildRequest { Id = "later" })));
        var later = await tree.BecomesAsync("later", t => t.Epoch == 1);

        grandchild.ShouldBe(new ApiTokenInfo { Name = "root", Epoch = 1, Fingerprint = token.Fingerprint, Source = "parent", SetAt = grandchild.SetAt, State = ApiTokenState.Active });
        foreach (var shown in (ApiTokenInfo[])[late, later, await tree.TokenOfAsync("root/0")])
            shown.Reference().ShouldBe(token);
        foreach (var id in (string[])["root/0", "root/0/0", "late", "later"])
            (await tree.CallAsync(id)).ShouldBe($"/{id}");
        tree.Api.Calls.ShouldBe(((string[])["/root/0", "/root/0/0", "/late", "/later"]).Select(path => (path, "secret-of-the-root-1")));
    }

    [Fact]
    [Scenario("stateful-workflow", 2)]
    public async Task Signal_ToTheRoot_ShowsInEveryWorkflowOfThreeLevels()
    {
        await using var tree = await TreeFixture.StartAsync();
        var first = await tree.SetAsync("secret-of-epoch-1", "root");
        await tree.StartTreeAsync("root", new() { Depth = 2, Fanout = 2, ApiToken = first, ApiUrl = tree.Api.Address });
        await tree.BecomesAsync("root/1/1", t => t.Epoch == 1);

        var second = await tree.SetAsync("secret-of-epoch-2", "root");
        await tree.SignalAsync("root", second);

        foreach (var id in (string[])["root", "root/0", "root/1", "root/0/0", "root/0/1", "root/1/0", "root/1/1"])
            (await tree.BecomesAsync(id, t => t.Epoch == 2)).Fingerprint.ShouldBe(second.Fingerprint);
        await tree.CallAsync("root/1/0");
        tree.Api.Calls[^1].Token.ShouldBe("secret-of-epoch-2");
    }
}
