using Mandate.Credentials.Vault;
using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

/// <summary>A run that is repeated is started with what its first attempt was: what came since, it asks for.</summary>
public sealed class RetryTests
{
    [Fact]
    public async Task Attempt2_OfAChildStartedBeforeThereWasAToken_HasTheParents()
    {
        await using var tree = await TreeFixture.StartAsync();
        await tree.StartTreeAsync("root", new());
        await AddAsync(tree, ApiTokenPolicy.Inherit);
        var token = await tree.SetAsync("secret-that-came-later", "root");
        await tree.RotateAsync("root", token);
        await tree.BecomesAsync("retried", t => t.Epoch == 1);

        await FailAsync(tree, "retried");

        (await tree.BecomesAsync("retried", t => t.Epoch == 1)).Reference().ShouldBe(token);
        (await tree.RotateAsync("root", await tree.SetAsync("secret-that-came-later-still", "root"))).Levels.ShouldBe([new(1, 1, 0, 0, 0)]);
        (await tree.TokenOfAsync("retried")).Epoch.ShouldBe(2);
    }

    [Theory]
    [InlineData(ApiTokenPolicy.Inherit)]
    [InlineData(ApiTokenPolicy.Exclude)]
    public async Task Attempt2_OfAChildThatWasGivenItsOwnToken_StillHoldsIt(ApiTokenPolicy policy)
    {
        await using var tree = await TreeFixture.StartAsync();
        await tree.StartTreeAsync("root", new() { ApiToken = await tree.SetAsync("secret-of-the-parent-1", "root") });
        await AddAsync(tree, policy);
        var own = await tree.SetAsync("secret-of-the-child", "root", name: "retried");
        await tree.RotateAsync("retried", own);

        await FailAsync(tree, "retried");

        (await tree.BecomesAsync("retried", t => t.Name == "retried")).Reference().ShouldBe(own);
        // By an activity with a task: a worker elsewhere proves with it which workflow it works for.
        (await tree.BareClient.GetWorkflowHandle("retried").FetchHistoryAsync()).Events.ShouldContain(e => e.ActivityTaskScheduledEventAttributes != null && e.ActivityTaskScheduledEventAttributes.ActivityType.Name == "mandate.apiToken.own");
        await tree.RotateAsync("root", await tree.SetAsync("secret-of-the-parent-2", "root"));
        (await tree.TokenOfAsync("retried")).Reference().ShouldBe(own);
    }

    [Fact]
    public async Task Attempt2_OfARootWithASource_GoesOnRenewing()
    {
        var sources = new Dictionary<string, CredentialSource>();
        var store = new ScriptedStore();
        await using var tree = await TreeFixture.StartAsync(sources);
        for (var i = 1; i < 100; i++)
            tree.IsSecret($"secret-of-the-store-{i}");
        sources["crm"] = store.Source(tree.Api.Address);
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.StartWorkflowAsync(
            (RetriedWorkflow wf) => wf.RunAsync(new NodePlan()), TreeFixture.Start("root") with { RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(50) } }));
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle("root").ExecuteUpdateAsync<ApiTokenReport>(StatefulNames.RotateApiToken, [ApiTokenRotation.From("crm")])).WithinLimit();

        await FailAsync(tree, "root");

        var epoch = (await tree.BecomesAsync("root", t => t.Epoch >= 1)).Epoch;
        (await tree.BecomesAsync("root", t => t.Epoch > epoch)).Source.ShouldBe("source:crm");
    }

    [Fact]
    public async Task Attempt2_OfANarrowedChildThatWasGivenASource_GoesOnRenewing()
    {
        var sources = new Dictionary<string, CredentialSource>();
        var store = new ScriptedStore();
        await using var tree = await TreeFixture.StartAsync(sources);
        for (var i = 1; i < 100; i++)
            tree.IsSecret($"secret-of-the-store-{i}");
        sources["crm"] = store.Source(tree.Api.Address);
        await tree.StartTreeAsync("root", new() { ApiToken = await tree.SetAsync("secret-that-is-narrowed", "root") });
        await AddAsync(tree, ApiTokenPolicy.Downscope, [tree.Api.Address.ToString()]);
        await tree.BecomesAsync("retried", t => t.Name == "retried");
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle("retried").ExecuteUpdateAsync<ApiTokenReport>(StatefulNames.RotateApiToken, [ApiTokenRotation.From("crm")])).WithinLimit();

        await FailAsync(tree, "retried");

        var epoch = (await tree.BecomesAsync("retried", t => t.Epoch >= 2)).Epoch;
        (await tree.BecomesAsync("retried", t => t.Epoch > epoch)).Source.ShouldBe("source:crm");
    }

    [Fact]
    public async Task Attempt2_AfterARevocation_ShowsItRevoked()
    {
        await using var tree = await TreeFixture.StartAsync();
        var first = await tree.SetAsync("attempt-two-value-7731", "root");
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.StartWorkflowAsync(
            (RetriedWorkflow wf) => wf.RunAsync(new NodePlan { ApiToken = first }), TreeFixture.Start("root") with { RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(50) } }));
        await tree.BecomesAsync("root", t => t.Epoch == 1);
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle("root").ExecuteUpdateAsync<ApiTokenReport>(StatefulNames.RevokeApiToken, [])).WithinLimit();

        await FailAsync(tree, "root");

        await tree.BecomesAsync("root", t => t.State == ApiTokenState.Revoked);
    }

    [Fact]
    public async Task Own_ForAWorkerThatOnlyClaimsToBeTheWorkflows_IsRefused()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        var own = await tree.SetAsync("secret-of-the-claimed-one", "root");
        var authority = new VaultTokenAuthority(tree.Vault, recorder: null);
        var principal = tree.Verifier.Verify(tree.Signer.SignPrincipal(TreeFixture.Alice, "default", "root"), "default", "root").Principal!;
        var request = new ApiTokenRequest(principal, Envelope: null, "root", "run", "activity");

        (await authority.OwnAsync(request, CancellationToken.None))!.Reference.ShouldBe(own);
        (await Should.ThrowAsync<CredentialException>(async () => await authority.OwnAsync(request with { IsProven = false }, CancellationToken.None))).Kind.ShouldBe(CredentialErrorKind.Unknown);
    }

    private static async Task AddAsync(TreeFixture tree, ApiTokenPolicy policy, IReadOnlyList<string>? hosts = null)
    {
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(
            wf => wf.AddChildAsync(new ChildRequest { Id = "retried", Workflow = nameof(RetriedWorkflow), IsRetried = true, Policy = policy, Hosts = hosts })));
        await tree.BecomesAsync("retried", _ => true);
    }

    internal static async Task FailAsync(TreeFixture tree, string id)
    {
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<RetriedWorkflow>(id).SignalAsync(wf => wf.FailAsync()));
        await Eventually.BecomesAsync(async () => await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<RetriedWorkflow>(id).QueryAsync(wf => wf.Attempt)) == 2);
    }
}
