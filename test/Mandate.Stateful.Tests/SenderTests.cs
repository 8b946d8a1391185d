using Mandate.Audit;
using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Temporal.Client;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

public sealed class SenderTests
{
    [Fact]
    [Scenario("stateful-workflow", 16)]
    public async Task Signal_FromNoAncestorOrWithoutTheScope_ChangesNothingAndIsAudited()
    {
        await using var tree = await TreeFixture.StartAsync();
        var first = await tree.SetAsync("secret-of-the-rightful-1", "root");
        await tree.StartTreeAsync("root", new() { Depth = 1, Fanout = 2, ApiToken = first });
        await tree.BecomesAsync("root/0", t => t.Epoch == 1);
        await tree.BecomesAsync("root/1", t => t.Epoch == 1);
        var second = await tree.SetAsync("secret-of-the-rightful-2", "root");
        var message = ApiTokenMessage.Of(second);

        // A workflow of another tree of the same user, a sibling, and a person who lacks the scope.
        await (await tree.AsAsync(TreeFixture.Alice, () => tree.Client.StartWorkflowAsync((StrangerWorkflow wf) => wf.RunAsync("root/0", StatefulNames.ApiToken, message), TreeFixture.Start("stranger")))).GetResultAsync().WithinLimit();
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root/1").SignalAsync(wf => wf.TellAsync("root/0", message)));
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root/1").SignalAsync(wf => wf.TellAsync("root", message)));
        await tree.SignalAsync("root/0", second, by: TreeFixture.Bob);
        await tree.SignalAsync("root", second, by: TreeFixture.Bob);

        // By the other doors, too.
        await tree.AsAsync(TreeFixture.Bob, () => tree.Client.GetWorkflowHandle("root").SignalAsync(StatefulNames.ApiUrl, ["https://bob.example.com/"]));
        await Should.ThrowAsync<WorkflowUpdateFailedException>(() => tree.AsAsync(TreeFixture.Bob, () => tree.Client.GetWorkflowHandle("root").ExecuteUpdateAsync<ApiTokenReport>(StatefulNames.RevokeApiToken, [])));

        var denied = await DeniedAsync(tree, 7);
        denied.Select(e => (e.Resource.Id, e.Actor.Type, e.Actor.Id, e.Metadata["name"])).ShouldBe(
            [
                ("root/0", "workflow", "stranger", "apiToken"),
                ("root/0", "workflow", "root/1", "apiToken"),
                ("root", "workflow", "root/1", "apiToken"),
                ("root/0", "user", "bob", "apiToken"),
                ("root", "user", "bob", "apiToken"),
                ("root", "user", "bob", "apiUrl"),
                ("root", "user", "bob", "revokeApiToken"),
            ],
            ignoreOrder: true);
        foreach (var id in (string[])["root", "root/0", "root/1"])
            (await tree.TokenOfAsync(id)).Reference().ShouldBe(first);
        (await tree.TreeOfAsync("root")).ApiUrl.ShouldBeNull();
        await tree.SignalAsync("root", second);
        await tree.BecomesAsync("root/0", t => t.Epoch == 2);
    }

    [Fact]
    [Scenario("stateful-workflow", 16)]
    public async Task Signal_WithAReferenceTheVaultDoesNotKnow_ChangesNothing()
    {
        await using var tree = await TreeFixture.StartAsync();
        var first = await tree.SetAsync("secret-that-is-genuine", "root");
        var foreign = await tree.SetAsync("secret-of-another-tree", "other");
        await tree.StartTreeAsync("root", new() { ApiToken = first });
        await tree.BecomesAsync("root", t => t.Epoch == 1);

        await tree.SignalAsync("root", first with { Epoch = 1_000_000 });
        await tree.SignalAsync("root", first with { Epoch = 2, Fingerprint = "00000000000000000000000000000000" });
        await tree.SignalAsync("root", foreign);
        await RotationTests.HandledAsync(tree, "root");

        (await tree.TokenOfAsync("root")).Reference().ShouldBe(first);
    }

    [Fact]
    public async Task Rules_OnHandlersOfAnyWorkflow_Hold()
    {
        await using var tree = await TreeFixture.StartAsync();
        var approver = TreeFixture.Bob with { Scopes = ["orders:approve"] };
        var handle = await tree.AsAsync(TreeFixture.Alice, () => tree.Client.StartWorkflowAsync((GuardedWorkflow wf) => wf.RunAsync(), TreeFixture.Start("guarded")));

        await tree.AsAsync(TreeFixture.Bob, () => handle.SignalAsync(wf => wf.ApproveAsync("denied")));
        await tree.AsAsync(approver, () => handle.SignalAsync(wf => wf.ApproveAsync("approved")));
        await tree.AsAsync(approver, () => handle.SignalAsync(wf => wf.OrderAsync("denied too")));
        (await Should.ThrowAsync<WorkflowUpdateFailedException>(() => tree.AsAsync(TreeFixture.Bob, () => handle.ExecuteUpdateAsync(wf => wf.DecideAsync("denied as well"))))).InnerException!.Message.ShouldContain("orders:approve");
        (await tree.AsAsync(approver, () => handle.ExecuteUpdateAsync(wf => wf.DecideAsync("decided")))).ShouldBe(2);

        (await tree.AsAsync(TreeFixture.Bob, () => handle.QueryAsync(wf => wf.Seen))).ShouldBe(["approved", "decided"]);
        (await DeniedAsync(tree, 3)).Select(e => e.Type).ShouldBe(["execution.signal", "execution.signal", "execution.update"], ignoreOrder: true);
        await tree.AsAsync(TreeFixture.Bob, () => handle.SignalAsync(wf => wf.OpenAsync("end")));
        await handle.GetResultAsync().WithinLimit();
    }

    [Fact]
    public async Task Redeem_EachUse_IsAudited()
    {
        await using var tree = await TreeFixture.StartAsync();
        await tree.StartTreeAsync("root", new() { ApiToken = await tree.SetAsync("secret-that-is-watched", "root"), ApiUrl = tree.Api.Address });
        await tree.BecomesAsync("root", t => t.Epoch == 1);

        await tree.CallAsync("root");

        var used = (await tree.Ledger.QueryAsync("acme", new() { Type = "api-token.redeem" })).Events.Single().Entry;
        used.Result.ShouldBe(AuditResult.Success);
        used.Resource.Id.ShouldBe("root");
        used.Actor.ShouldBe(new AuditActor("workflow", "root"));
        used.Metadata["epoch"].ShouldBe("1");
        used.Metadata["target"].ShouldBe(tree.Api.Address.GetLeftPart(UriPartial.Authority));
    }

    private static async Task<IReadOnlyList<AuditEntry>> DeniedAsync(TreeFixture tree, int count)
    {
        await Eventually.BecomesAsync(() => Denied().Count >= count);
        return Denied();

        IReadOnlyList<AuditEntry> Denied() => [.. tree.Ledger.QueryAsync("acme", new() { Limit = 100 }).GetAwaiter().GetResult().Events.Select(e => e.Entry).Where(e => e.Result == AuditResult.Denied)];
    }
}
