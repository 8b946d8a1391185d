using Mandate.Credentials;
using Mandate.Credentials.Vault;
using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Temporal.Client;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

/// <summary>A token source that is away, slow or refuses.</summary>
public sealed class RenewalFaultTests
{
    private readonly ScriptedStore _store = new();

    [Fact]
    public async Task Renewal_UnderWayWhenSomebodySetsAToken_DoesNotReplaceIt()
    {
        await using var tree = await StartAsync();
        await RenewFromStoreAsync(tree);
        var (waiting, release) = _store.Hold();
        await waiting.WithinLimit();

        var epoch = (await tree.TokenOfAsync("root")).Epoch;
        var byHand = await tree.SetAsync("secret-set-by-hand", "root");
        await tree.RotateAsync("root", byHand);
        release.SetResult();
        await EndedAsync(tree);
        await RotationTests.HandledAsync(tree, "root");

        byHand.Epoch.ShouldBe(epoch + 1);
        var shown = await tree.TokenOfAsync("root");
        shown.Reference().ShouldBe(byHand);
        shown.Source.ShouldBe("update");
        await tree.CallAsync("root");
        tree.Api.Calls[^1].Token.ShouldBe("secret-set-by-hand");
    }

    [Fact]
    public async Task Renewal_UnderWayWhenSomebodyRevokes_DoesNotBringTheTokenBack()
    {
        await using var tree = await StartAsync();
        var handle = await RenewFromStoreAsync(tree);
        var (waiting, release) = _store.Hold();
        await waiting.WithinLimit();

        await tree.AsAsync(TreeFixture.Alice, () => handle.ExecuteUpdateAsync<ApiTokenReport>(StatefulNames.RevokeApiToken, [])).WithinLimit();
        release.SetResult();
        await EndedAsync(tree);
        await RotationTests.HandledAsync(tree, "root");

        (await tree.TokenOfAsync("root")).State.ShouldBe(ApiTokenState.Revoked);
        (await RotationTests.FailureOfAsync(() => tree.CallAsync("root"))).ErrorType.ShouldBe(ApiTokenFailureTypes.Revoked);
    }

    [Fact]
    public async Task Renewal_SourceThatRefusedOnce_IsShownAndAskedAgain()
    {
        await using var tree = await StartAsync();
        await RenewFromStoreAsync(tree);
        _store.Refuse();

        var failing = await tree.BecomesAsync("root", t => t.Renewal is not null);
        _store.Answer();
        var renewed = await tree.BecomesAsync("root", t => t.Epoch > failing.Epoch);

        failing.State.ShouldBe(ApiTokenState.Active);
        failing.Renewal!.Failures.ShouldBeGreaterThan(0);
        failing.Renewal.Error.ShouldBe(ApiTokenFailureTypes.NotConfigured);
        failing.Renewal.Reason.ShouldContain("refused");
        renewed.Renewal.ShouldBeNull();
        tree.Loggers.Lines.ShouldContain(l => l.Contains("is not renewed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Renewal_SourceThatIsAway_KeepsTheWorkflowNeitherFromContinuingNorFromEnding(bool isContinued)
    {
        await using var tree = await StartAsync();
        var handle = await RenewFromStoreAsync(tree);
        var (waiting, release) = _store.Hold();
        await waiting.WithinLimit();
        _store.BeAway();
        release.SetException(new SecretStoreException("away", isTransient: true));

        if (isContinued)
        {
            await ContinuationTests.ContinueAsync(tree, "root");
            _store.Answer();
            var epoch = (await tree.TokenOfAsync("root")).Epoch;
            await tree.BecomesAsync("root", t => t.Epoch > epoch);
        }
        else
        {
            await tree.AsAsync(TreeFixture.Alice, () => handle.SignalAsync(wf => wf.FinishAsync()));
            await handle.GetResultAsync().WithinLimit();
        }
    }

    private async Task<TreeFixture> StartAsync()
    {
        var sources = new Dictionary<string, CredentialSource>();
        var tree = await TreeFixture.StartAsync(sources);
        for (var i = 1; i < 100; i++)
            tree.IsSecret($"secret-of-the-store-{i}");
        sources["crm"] = _store.Source(tree.Api.Address);
        return tree;
    }

    private static async Task<WorkflowHandle<NodeWorkflow>> RenewFromStoreAsync(TreeFixture tree)
    {
        var handle = await tree.StartTreeAsync("root", new() { ApiUrl = tree.Api.Address });
        await tree.AsAsync(TreeFixture.Alice, () => handle.ExecuteUpdateAsync<ApiTokenReport>(StatefulNames.RotateApiToken, [ApiTokenRotation.From("crm")])).WithinLimit();
        return handle;
    }

    /// <summary>Waits until no renewal is under way.</summary>
    private static Task EndedAsync(TreeFixture tree) => Eventually.BecomesAsync(async () =>
        (await tree.BareClient.GetWorkflowHandle("root").DescribeAsync()).RawDescription.PendingActivities.Count == 0);
}
