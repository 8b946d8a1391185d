using Mandate.Credentials.Vault;
using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Temporal.Client;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

public sealed class RevocationTests
{
    [Fact]
    public async Task Revoke_AtAChildThatInherits_IsRefusedAndTheTreeKeepsItsToken()
    {
        await using var tree = await TreeFixture.StartAsync();
        await tree.StartTreeAsync("root", new() { Depth = 1, Fanout = 1, ApiToken = await tree.SetAsync("secret-of-the-whole-tree", "root"), ApiUrl = tree.Api.Address });
        await tree.BecomesAsync("root/0", t => t.Epoch == 1);

        var refused = await Should.ThrowAsync<WorkflowUpdateFailedException>(() => tree.AsAsync(
            TreeFixture.Alice, () => tree.Client.GetWorkflowHandle("root/0").ExecuteUpdateAsync<ApiTokenReport>(StatefulNames.RevokeApiToken, [])).WithinLimit());

        refused.InnerException!.Message.ShouldContain("'root'");
        await tree.CallAsync("root");
        await tree.CallAsync("root/0");
    }

    [Fact]
    public async Task Revoke_WithNarrowedChildren_TheyShowAndMeetTheRevocation()
    {
        await using var tree = await TreeFixture.StartAsync();
        var host = tree.Api.Address.ToString();
        var handle = await tree.StartTreeAsync("root", new()
        {
            Depth = 1,
            Fanout = 1,
            ApiToken = await tree.SetAsync("secret-with-a-narrowed-child", "root"),
            ApiUrl = tree.Api.Address,
            Hosts = [host],
            Policies = new Dictionary<int, ApiTokenPolicy> { [0] = ApiTokenPolicy.Downscope },
        });
        await tree.BecomesAsync("root/0", t => t.Name == "root/0");

        await tree.AsAsync(TreeFixture.Alice, () => handle.ExecuteUpdateAsync<ApiTokenReport>(StatefulNames.RevokeApiToken, [])).WithinLimit();
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(
            wf => wf.AddChildAsync(new ChildRequest { Id = "late", Policy = ApiTokenPolicy.Downscope, Hosts = new[] { host } })));
        await tree.BecomesAsync("late", _ => true);

        foreach (var id in (string[])["root/0", "late"])
        {
            (await tree.TokenOfAsync(id)).State.ShouldBe(ApiTokenState.Revoked);
            (await RotationTests.FailureOfAsync(() => tree.CallAsync(id))).ErrorType.ShouldBe(ApiTokenFailureTypes.Revoked);
        }

        await tree.RotateAsync("root", await tree.SetAsync("secret-after-the-revocation", "root"));
        foreach (var id in (string[])["root/0", "late"])
            await tree.CallAsync(id);
    }

    [Fact]
    public async Task Signal_OfATokenSetByHand_EndsTheRenewal()
    {
        var sources = new Dictionary<string, CredentialSource>();
        var store = new ScriptedStore();
        await using var tree = await TreeFixture.StartAsync(sources);
        for (var i = 1; i < 100; i++)
            tree.IsSecret($"secret-of-the-store-{i}");
        sources["crm"] = store.Source(tree.Api.Address);
        var handle = await tree.StartTreeAsync("root", new() { ApiUrl = tree.Api.Address });
        await tree.AsAsync(TreeFixture.Alice, () => handle.ExecuteUpdateAsync<ApiTokenReport>(StatefulNames.RotateApiToken, [ApiTokenRotation.From("crm")])).WithinLimit();

        // What it holds already, sent back to it, ends nothing.
        await tree.AsAsync(TreeFixture.Alice, async () => await handle.SignalAsync(StatefulNames.ApiToken, [ApiTokenMessage.Of((await tree.TokenOfAsync("root")).Reference())]));
        await tree.BecomesAsync("root", t => t.Epoch >= 3);
        var byHand = await tree.SetAsync("secret-set-by-signal", "root");
        await tree.SignalAsync("root", byHand);
        await tree.BecomesAsync("root", t => t.Source == "signal");
        await ContinuationTests.ContinueAsync(tree, "root");

        var header = (await tree.BareClient.GetWorkflowHandle("root").FetchHistoryAsync()).Events[0].WorkflowExecutionStartedEventAttributes.Header.Fields[StatefulNames.TreeHeader];
        header.Data.ToStringUtf8().ShouldNotContain("crm");
        (await tree.TokenOfAsync("root")).Reference().ShouldBe(byHand);
    }
}
