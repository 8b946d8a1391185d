using Mandate.Credentials;
using Mandate.Credentials.Vault;
using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

public sealed class PolicyTests
{
    [Fact]
    [Scenario("stateful-workflow", 4)]
    public async Task Exclude_AChild_NeitherItNorItsDescendantsReceiveAnythingUnlessGivenTheirOwn()
    {
        await using var tree = await TreeFixture.StartAsync();
        var first = await tree.SetAsync("secret-not-for-all-1", "root");
        await tree.StartTreeAsync("root", new()
        {
            Depth = 2,
            Fanout = 2,
            ApiToken = first,
            ApiUrl = tree.Api.Address,
            Policies = new Dictionary<int, ApiTokenPolicy> { [0] = ApiTokenPolicy.Exclude },
        });
        await tree.BecomesAsync("root/1/0", t => t.Epoch == 1);
        await tree.BecomesAsync("root/0/1", _ => true);

        var second = await tree.SetAsync("secret-not-for-all-2", "root");
        (await tree.RotateAsync("root", second)).Levels.ShouldBe([new(1, 1, 1, 0, 0), new(2, 2, 0, 0, 0)]);

        // Not even a reference came to them, by the start or later. In one that follows the same look finds both.
        (await FoundAsync("root/1/0")).ShouldBe([first, second]);
        foreach (var id in (string[])["root/0", "root/0/0", "root/0/1"])
        {
            (await tree.TokenOfAsync(id)).ShouldBe(new ApiTokenInfo());
            (await RotationTests.FailureOfAsync(() => tree.CallAsync(id))).ErrorType.ShouldBe(ApiTokenFailureTypes.Missing);
            (await FoundAsync(id)).ShouldBeEmpty(id);
        }

        await tree.RotateAsync("root/0", await tree.SetAsync("secret-of-its-own", "root", name: "root/0"));
        (await tree.TokenOfAsync("root/0/1")).Name.ShouldBe("root/0");
        await tree.CallAsync("root/0/1");
        await tree.RotateAsync("root", await tree.SetAsync("secret-not-for-all-3", "root"));
        (await tree.TokenOfAsync("root/0/1")).Name.ShouldBe("root/0");
        tree.Api.Calls.ShouldBe([("/root/0/1", "secret-of-its-own")]);

        async Task<IEnumerable<CredentialReference>> FoundAsync(string id)
        {
            var history = System.Text.Encoding.UTF8.GetBytes((await tree.BareClient.GetWorkflowHandle(id).FetchHistoryAsync()).ToJson());
            return ((CredentialReference[])[first, second]).Where(r => new Scanning.ValuePattern("fingerprint", r.Fingerprint).IsIn(history));
        }
    }

    [Fact]
    [Scenario("stateful-workflow", 5)]
    public async Task OverrideAndDownscope_AParentsRotation_LeavesTheOneAloneAndNarrowsTheOther()
    {
        await using var tree = await TreeFixture.StartAsync(narrower: new JoiningNarrower());
        tree.IsSecret("secret-that-is-wide-1:read");
        tree.IsSecret("secret-that-is-wide-2:read");
        await tree.StartTreeAsync("root", new()
        {
            Depth = 1,
            Fanout = 3,
            ApiToken = await tree.SetAsync("secret-that-is-wide-1", "root"),
            ApiUrl = tree.Api.Address,
            OwnToken = await tree.SetAsync("secret-of-the-override", "root", name: "root/0"),
            Scopes = ["read"],
            Policies = new Dictionary<int, ApiTokenPolicy> { [0] = ApiTokenPolicy.Override, [1] = ApiTokenPolicy.Downscope },
        });
        await tree.BecomesAsync("root/0", t => t.Name == "root/0");
        await tree.BecomesAsync("root/1", t => t.Name == "root/1");
        await tree.BecomesAsync("root/2", t => t.Name == "root");
        await tree.CallAsync("root/1");

        var report = await tree.RotateAsync("root", await tree.SetAsync("secret-that-is-wide-2", "root"));
        foreach (var id in (string[])["root/0", "root/1", "root/2"])
            await tree.CallAsync(id);

        report.Levels.ShouldBe([new(1, 2, 1, 0, 0)]);
        (await tree.TokenOfAsync("root/0")).Epoch.ShouldBe(1);
        (await tree.TokenOfAsync("root/1")).Epoch.ShouldBe(2);
        tree.Api.Calls.ShouldBe([
            ("/root/1", "secret-that-is-wide-1:read"),
            ("/root/0", "secret-of-the-override"),
            ("/root/1", "secret-that-is-wide-2:read"),
            ("/root/2", "secret-that-is-wide-2")]);
    }

    [Fact]
    public async Task Downscope_ByHosts_RefusesTheOthers()
    {
        await using var tree = await TreeFixture.StartAsync();
        await tree.StartTreeAsync("root", new()
        {
            Depth = 1,
            Fanout = 1,
            ApiToken = await tree.SetAsync("secret-for-fewer-hosts", "root"),
            ApiUrl = tree.Api.Address,
            Hosts = ["files.example.com"],
            Policies = new Dictionary<int, ApiTokenPolicy> { [0] = ApiTokenPolicy.Downscope },
        });
        await tree.BecomesAsync("root/0", t => t.Name == "root/0");

        (await RotationTests.FailureOfAsync(() => tree.CallAsync("root/0"))).ErrorType.ShouldBe(ApiTokenFailureTypes.HostNotAllowed);
        tree.Api.Calls.ShouldBeEmpty();
    }

    [Fact]
    [Scenario("stateful-workflow", 6)]
    public async Task ApiUrl_OfEachWorkflow_IsItsOwnAndNeverLeadsTheTokenElsewhere()
    {
        await using var tree = await TreeFixture.StartAsync();
        await using var elsewhere = await ApiServer.StartAsync();
        await tree.StartTreeAsync("root", new() { ApiToken = await tree.SetAsync("secret-with-a-home", "root"), ApiUrl = new Uri(tree.Api.Address, "/a/") });
        await tree.BecomesAsync("root", t => t.Epoch == 1);
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(
            wf => wf.AddChildAsync(new ChildRequest { Id = "child", ApiUrl = new Uri(tree.Api.Address, "/b").ToString() })));
        await tree.BecomesAsync("child", t => t.Epoch == 1);

        await tree.CallAsync("root");
        await tree.CallAsync("child");
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle("child").SignalAsync(StatefulNames.ApiUrl, [elsewhere.Address.ToString()]));
        await Eventually.BecomesAsync(() => UrlOfAsync("child").GetAwaiter().GetResult() == elsewhere.Address.ToString());
        var failure = await RotationTests.FailureOfAsync(() => tree.CallAsync("child"));
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle("child").SignalAsync(StatefulNames.ApiUrl, ["file:///etc/passwd"]));
        await RotationTests.HandledAsync(tree, "child");

        failure.ErrorType.ShouldBe(ApiTokenFailureTypes.HostNotAllowed);
        failure.NonRetryable.ShouldBeTrue();
        elsewhere.Calls.ShouldBeEmpty();
        tree.Api.Calls.ShouldBe([("/a/root", "secret-with-a-home"), ("/b/child", "secret-with-a-home")]);
        (await UrlOfAsync("root")).ShouldEndWith("/a/");
        (await UrlOfAsync("child")).ShouldBe(elsewhere.Address.ToString());

        Task<string> UrlOfAsync(string id) => tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle(id).QueryAsync<string>(StatefulNames.ApiUrl, []));
    }

    private sealed class JoiningNarrower : ICredentialNarrower
    {
        public ValueTask<AccessToken> NarrowAsync(Secret token, IReadOnlyList<string> scopes, CancellationToken cancellation) =>
            new(new AccessToken(new Secret($"{token.Reveal()}:{string.Join(' ', scopes)}"), DateTimeOffset.MaxValue, DateTimeOffset.MaxValue));
    }
}
