using Mandate.Credentials;
using Mandate.Credentials.Vault;
using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

public sealed class RenewalTests
{
    [Fact]
    [Scenario("stateful-workflow", 22)]
    public async Task Renewal_FromAnOAuth2Source_ComesBeforeExpiryFromTheRootAlone()
    {
        var lifetime = TimeSpan.FromSeconds(10);
        await using var provider = await OAuth2Server.StartAsync(lifetime);
        using var tokens = new ClientCredentialsTokenSource(new()
        {
            TokenEndpoint = provider.TokenEndpoint,
            ClientId = "crm-client",
            ClientSecret = new Secret("client-secret-of-crm"),
        });
        var sources = new Dictionary<string, CredentialSource>();
        await using var tree = await TreeFixture.StartAsync(sources);
        tree.IsSecret("client-secret-of-crm");
        sources["crm"] = new(tokens, AllowedHosts.Parse([tree.Api.Address.ToString()]), ["acme"]);
        var handle = await tree.StartTreeAsync("root", new() { Depth = 1, Fanout = 3, ApiUrl = tree.Api.Address });

        var report = await tree.AsAsync(TreeFixture.Alice, () => handle.ExecuteUpdateAsync<ApiTokenReport>(StatefulNames.RotateApiToken, [ApiTokenRotation.From("crm")])).WithinLimit();
        report.Token.Source.ShouldBe("source:crm");
        await tree.CallAsync("root/0");
        await tree.BecomesAsync("root/0", t => t.Epoch >= 2);
        await ContinuationTests.ContinueAsync(tree, "root");
        var epoch = (await tree.TokenOfAsync("root")).Epoch;
        await tree.BecomesAsync("root/2", t => t.Epoch > epoch);
        await tree.CallAsync("root/0");

        foreach (var (token, _) in provider.Issued)
            tree.IsSecret(token);
        tree.Api.Calls.Select(c => c.Token).ShouldBeSubsetOf(provider.Issued.Select(i => i.Token));
        tree.Api.Calls[^1].Token.ShouldNotBe(tree.Api.Calls[0].Token);
        // One request an epoch, whoever and however many hold it: children that call nothing cost nothing.
        provider.Issued.Count.ShouldBeLessThanOrEqualTo((int)(await tree.TokenOfAsync("root")).Epoch + 1);
        var histories = await tree.HistoriesAsync();
        // The root alone does it, nobody asks for more than the first one, and it is due again before the one at hand expires.
        histories.Where(h => h.Id != "root").SelectMany(h => h.Events).ShouldNotContain(e => e.ActivityTaskScheduledEventAttributes != null && e.ActivityTaskScheduledEventAttributes.ActivityType.Name.StartsWith("mandate."));
        var root = histories.Where(h => h.Id == "root").SelectMany(h => h.Events).ToList();
        root.Count(e => e.ActivityTaskScheduledEventAttributes?.ActivityType.Name == "mandate.apiToken.renew").ShouldBeGreaterThanOrEqualTo(3);
        root.Count(e => e.WorkflowExecutionUpdateAcceptedEventAttributes is not null).ShouldBe(1);
        root.Select(e => e.WorkflowExecutionSignaledEventAttributes?.SignalName).Where(s => s is not null and not StatefulNames.Acknowledged).ShouldBe(["Continue"]);
        var timers = root.Where(e => e.TimerStartedEventAttributes is not null && e.UserMetadata?.Summary?.Data.ToStringUtf8().Contains("renewal", StringComparison.Ordinal) == true).ToList();
        timers.Count.ShouldBeGreaterThanOrEqualTo(3);
        foreach (var timer in timers)
        {
            var (set, due) = (timer.EventTime.ToDateTimeOffset(), timer.EventTime.ToDateTimeOffset() + timer.TimerStartedEventAttributes.StartToFireTimeout.ToTimeSpan());
            due.ShouldBeLessThan(provider.Issued.Last(i => i.At <= set).At + lifetime);
        }
    }

    [Fact]
    public async Task Renewal_SourceThatIsNotConfigured_IsAnErrorOfTheUpdate()
    {
        await using var tree = await TreeFixture.StartAsync();
        var handle = await tree.StartTreeAsync("root", new());

        var failure = await RotationTests.FailureOfAsync(() => tree.AsAsync(TreeFixture.Alice, () => handle.ExecuteUpdateAsync<ApiTokenReport>(StatefulNames.RotateApiToken, [ApiTokenRotation.From("nowhere")])).WithinLimit());

        failure.ErrorType.ShouldBe(ApiTokenFailureTypes.NotConfigured);
        (await tree.TokenOfAsync("root")).ShouldBe(new ApiTokenInfo());
    }

    /// <summary>An update that nobody answers stays with the engine until a worker comes, whatever was set or revoked meanwhile.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Renewal_CarriedOutLate_LeavesWhatSomebodyHasDoneSinceItWasAskedFor(bool hadOne, bool revoked)
    {
        var sources = new Dictionary<string, CredentialSource>();
        await using var tree = await TreeFixture.StartAsync(sources);
        sources["crm"] = new(new FixedSource("secret-of-a-late-source"), AllowedHosts.Parse([tree.Api.Address.ToString()]), []);
        tree.IsSecret("secret-of-a-late-source");
        await tree.StartTreeAsync("root", new());
        var seen = hadOne ? await tree.SetAsync("secret-that-was-seen", "root") : new CredentialReference("root", 0, "");
        var since = await tree.SetAsync("secret-set-by-hand", "root");
        if (revoked)
            since = await tree.Vault.RevokeAsync(TreeFixture.OwnerOf("root"), "root");
        await tree.SignalAsync("root", since);
        await tree.BecomesAsync("root", t => t.Epoch == since.Epoch);

        var failure = await RotationTests.FailureOfAsync(() => RenewAsync(seen));

        failure.ErrorType.ShouldBe(revoked ? ApiTokenFailureTypes.Revoked : ApiTokenFailureTypes.Superseded);
        (await tree.Vault.FindAsync(TreeFixture.OwnerOf("root"), "root"))!.Reference.ShouldBe(since);
        // Asked for after that, it comes from the source.
        (await RenewAsync(since)).Token.Source.ShouldBe("source:crm");

        Task<ApiTokenReport> RenewAsync(CredentialReference over) => tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle("root").ExecuteUpdateAsync<ApiTokenReport>(
            StatefulNames.RotateApiToken, [ApiTokenRotation.From("crm", over)])).WithinLimit();
    }

    [Fact]
    public async Task Renewal_OfAWorkflowThatHadNoToken_GetsTheFirstFromTheSource()
    {
        var sources = new Dictionary<string, CredentialSource>();
        await using var tree = await TreeFixture.StartAsync(sources);
        sources["crm"] = new(new FixedSource("secret-of-the-first-source"), AllowedHosts.Parse([tree.Api.Address.ToString()]), []);
        tree.IsSecret("secret-of-the-first-source");
        var handle = await tree.StartTreeAsync("root", new());

        var report = await tree.AsAsync(TreeFixture.Alice, () => handle.ExecuteUpdateAsync<ApiTokenReport>(StatefulNames.RotateApiToken, [ApiTokenRotation.From("crm", new("root", 0, ""))])).WithinLimit();

        (report.Token.Epoch, report.Token.Source).ShouldBe((1, "source:crm"));
    }

    [Fact]
    public async Task Override_WithASourceOfItsOwn_IsRenewedByTheChild()
    {
        var sources = new Dictionary<string, CredentialSource>();
        await using var tree = await TreeFixture.StartAsync(sources);
        sources["crm"] = new(new FixedSource("secret-of-the-source"), AllowedHosts.Parse([tree.Api.Address.ToString()]), []);
        tree.IsSecret("secret-of-the-source");
        await tree.StartTreeAsync("root", new() { ApiToken = await tree.SetAsync("secret-of-the-parent", "root"), ApiUrl = tree.Api.Address });

        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(
            wf => wf.AddChildAsync(new ChildRequest { Id = "own", Policy = ApiTokenPolicy.Override, OwnTokenSource = "crm" })));
        var token = await tree.BecomesAsync("own", t => t.Epoch == 1);
        await tree.CallAsync("own");

        token.Name.ShouldBe("own");
        tree.Api.Calls[^1].Token.ShouldBe("secret-of-the-source");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Override_WithASourceUnderAnIdThatAnEarlierChildHad_GetsItsToken(bool isRevoked)
    {
        var sources = new Dictionary<string, CredentialSource>();
        await using var tree = await TreeFixture.StartAsync(sources);
        sources["crm"] = new(new FixedSource("secret-of-the-second-child"), AllowedHosts.Parse([tree.Api.Address.ToString()]), []);
        tree.IsSecret("secret-of-the-second-child");
        await tree.StartTreeAsync("root", new() { ApiUrl = tree.Api.Address });
        // A child that is started by a signal in the very first task gets no address.
        await tree.BecomesAsync("root", _ => true);
        var earlier = await tree.SetAsync("secret-of-the-earlier-child", "root", name: "own");
        if (isRevoked)
            await tree.Vault.RevokeAsync(TreeFixture.OwnerOf("root"), "own");

        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(
            wf => wf.AddChildAsync(new ChildRequest { Id = "own", Policy = ApiTokenPolicy.Override, OwnTokenSource = "crm" })));

        (await tree.BecomesAsync("own", t => t.Epoch > earlier.Epoch && t.State is ApiTokenState.Active)).Source.ShouldBe("source:crm");
        await tree.CallAsync("own");
        tree.Api.Calls[^1].Token.ShouldBe("secret-of-the-second-child");
    }

    [Fact]
    public async Task Override_WithASource_DoesNotReplaceWhatSomebodySetSinceTheChildBegan()
    {
        var sources = new Dictionary<string, CredentialSource>();
        await using var tree = await TreeFixture.StartAsync(sources);
        var authority = new ScriptedAuthority(new VaultTokenAuthority(tree.Vault, recorder: null));
        await tree.StopWorkersAsync();
        tree.Authority = _ => authority;
        tree.AddWorker();
        sources["crm"] = new(new FixedSource("secret-nobody-waits-for"), AllowedHosts.Parse([tree.Api.Address.ToString()]), []);
        tree.IsSecret("secret-nobody-waits-for");
        await tree.StartTreeAsync("root", new());
        CredentialReference? set = null;
        authority.Before = async (method, _) =>
        {
            if (method == nameof(IApiTokenAuthority.RenewAsync))
                set ??= await tree.SetAsync("secret-somebody-set-since", "root", name: "own");
        };

        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(
            wf => wf.AddChildAsync(new ChildRequest { Id = "own", Policy = ApiTokenPolicy.Override, OwnTokenSource = "crm" })));

        var shown = await tree.BecomesAsync("own", t => t.Epoch >= 1);
        shown.Reference().ShouldBe(set);
        shown.Renewal.ShouldBeNull();
    }

    private sealed class FixedSource(string token) : IAccessTokenSource
    {
        public ValueTask<AccessToken> GetTokenAsync(bool forceRefresh = false, CancellationToken cancellation = default) =>
            new(new AccessToken(new Secret(token), DateTimeOffset.MaxValue, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero)));
    }
}
