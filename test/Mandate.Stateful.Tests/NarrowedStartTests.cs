using Mandate.Credentials;
using Mandate.Credentials.Vault;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

/// <summary>Children that are started with less than their parent has, under ids that had tokens before.</summary>
public sealed class NarrowedStartTests
{
    [Fact]
    public async Task Downscope_TheIdOfAnEndedWorkflowThatHadATokenOfItsOwn_GetsPartOfTheParentsAndFollowsIt()
    {
        await using var tree = await TreeFixture.StartAsync();
        await StartRootAsync(tree, "secret-of-the-root-1");
        await AddAsync(tree, "root", "child", hosts: null);
        await tree.BecomesAsync("child", _ => true);
        await tree.RotateAsync("child", await tree.SetAsync("secret-of-its-own", "root", name: "child"));
        await tree.CallAsync("child");
        await FinishAsync(tree, "child");

        await AddAsync(tree, "root", "child", [tree.Api.Address.ToString()]);
        await tree.BecomesAsync("child", t => t is { Name: "child", Epoch: 2, Source: "parent" });
        await tree.CallAsync("child");
        // One has ended since the last rotation.
        (await tree.RotateAsync("root", await tree.SetAsync("secret-of-the-root-2", "root"))).Levels.ShouldBe([new(1, 1, 0, 1, 0)]);
        await tree.CallAsync("child");

        (await RefusalAsync(tree, "root")).ShouldBeNull();
        tree.Api.Calls.Select(c => c.Token).ShouldBe(["secret-of-its-own", "secret-of-the-root-1", "secret-of-the-root-2"]);
    }

    [Fact]
    public async Task Downscope_ChildThatHasNotUsedItsTokenYet_IsSentTheNextOne()
    {
        await using var tree = await TreeFixture.StartAsync();
        await StartRootAsync(tree, "secret-of-the-root-1");
        await tree.SetAsync("secret-of-its-own", "root", name: "child");
        await AddAsync(tree, "root", "child", [tree.Api.Address.ToString()]);
        await tree.BecomesAsync("child", t => t.Epoch == 2);
        // The next run does not know what the child was started with but by what this one hands on.
        await ContinueAsync(tree, "root");

        await tree.SetAsync("secret-of-the-root-2", "root");
        var report = await tree.RotateAsync("root", await tree.SetAsync("secret-of-the-root-3", "root"));

        report.Levels.ShouldBe([new(1, 1, 0, 0, 0)]);
        (await tree.TokenOfAsync("child")).Epoch.ShouldBe(3);
        await tree.CallAsync("child");
        tree.Api.Calls.Select(c => c.Token).ShouldBe(["secret-of-the-root-3"]);
    }

    [Fact]
    public async Task Downscope_ChildThatHandsItsTokenOnAndEndsWithoutUsingIt_LeavesItToThoseBelow()
    {
        await using var tree = await TreeFixture.StartAsync();
        await StartRootAsync(tree, "secret-of-the-root");
        await AddAsync(tree, "root", "middle", [tree.Api.Address.ToString()]);
        await tree.BecomesAsync("middle", t => t.Name == "middle");
        var leaf = new ChildRequest { Id = "leaf", WhenParentEnds = ParentEnd.Abandon };
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("middle").SignalAsync(wf => wf.AddChildAsync(leaf)));
        await tree.BecomesAsync("leaf", t => t.Name == "middle");
        await FinishAsync(tree, "middle");

        await tree.CallAsync("leaf");

        tree.Api.Calls.Select(c => c.Token).ShouldBe(["secret-of-the-root"]);
    }

    [Fact]
    public async Task Family_OfAServerThatNamesNoRoots_IsFoundByParents()
    {
        await using var tree = await TreeFixture.StartAsync();
        await StartRootAsync(tree, "secret-of-the-root");
        await AddAsync(tree, "root", "middle", hosts: null);
        await tree.BecomesAsync("middle", t => t.Epoch == 1);
        await AddAsync(tree, "middle", "leaf", hosts: null);
        await tree.BecomesAsync("leaf", t => t.Epoch == 1);
        var family = new WorkflowFamily(Rootless(tree.Engine), tree.Verifier, "default");

        (await RunsAsync("leaf", "middle", "root")).ShouldBe(ChildLife.Runs);
        (await RunsAsync("leaf", "root", "root")).ShouldBe(ChildLife.Nobodys, "it is not that one's child");
        (await RunsAsync("leaf", "middle", "middle")).ShouldBe(ChildLife.Nobodys, "it is of another tree");

        Task<ChildLife> RunsAsync(string child, string parent, string root) => family.RunsAsync(TreeFixture.OwnerOf(root), child, parent, TimeProvider.System.GetUtcNow(), CancellationToken.None);
    }

    [Fact]
    public async Task Downscope_TheIdOfARunningWorkflow_FailsAsStartedAndChangesNothingOfWhatThatHas()
    {
        await using var tree = await TreeFixture.StartAsync();
        await StartRootAsync(tree, "secret-of-the-root-1");
        await AddAsync(tree, "root", "own", hosts: null);
        await tree.BecomesAsync("own", _ => true);
        await tree.RotateAsync("own", await tree.SetAsync("secret-of-its-own", "root", name: "own"));
        await AddAsync(tree, "root", "narrowed", [tree.Api.Address.ToString()]);
        await tree.BecomesAsync("narrowed", t => t.Name == "narrowed");

        foreach (var id in (string[])["own", "narrowed"])
        {
            await AddAsync(tree, "root", id, ["elsewhere.example.com"]);
            await Eventually.BecomesAsync(async () => await RefusalAsync(tree, "root") == $"Child workflow {id} runs already");
            await tree.CallAsync(id);
        }

        // A start that has failed is not taken for one that has not, when the next token is handed on.
        (await tree.RotateAsync("root", await tree.SetAsync("secret-of-the-root-2", "root"))).Levels.ShouldBe([new(1, 1, 1, 0, 0)]);
        foreach (var id in (string[])["own", "narrowed"])
            await tree.CallAsync(id);
        tree.Api.Calls.Select(c => c.Token).ShouldBe(["secret-of-its-own", "secret-of-the-root-1", "secret-of-its-own", "secret-of-the-root-2"]);
    }

    [Fact]
    public async Task Downscope_BelowADownscopedChildUnderIdsThatHadTokens_GivesWhatBothAllow()
    {
        await using var tree = await TreeFixture.StartAsync();
        await StartRootAsync(tree, "secret-of-the-root-1");
        foreach (var id in (string[])["child", "leaf"])
            await tree.SetAsync($"secret-that-{id}-once-had", "root", name: id);

        await AddAsync(tree, "root", "child", [tree.Api.Address.ToString(), "files.example.com"]);
        await tree.BecomesAsync("child", t => t.Name == "child");
        await AddAsync(tree, "child", "leaf", ["files.example.com"]);
        await tree.BecomesAsync("leaf", t => t.Name == "leaf");
        (await RotationTests.FailureOfAsync(() => tree.CallAsync("leaf"))).ErrorType.ShouldBe(ApiTokenFailureTypes.HostNotAllowed);
        await tree.CallAsync("child");

        (await tree.RotateAsync("root", await tree.SetAsync("secret-of-the-root-2", "root"))).Levels.ShouldBe([new(1, 1, 0, 0, 0), new(2, 1, 0, 0, 0)]);
        await tree.CallAsync("child");
        tree.Api.Calls.Select(c => c.Token).ShouldBe(["secret-of-the-root-1", "secret-of-the-root-2"]);
    }

    [Fact]
    public async Task Downscope_AttemptThatFailsBeforeItUsesItsToken_DoesNotTakeWhatItsIdHadJustBefore()
    {
        await using var tree = await TreeFixture.StartAsync(new Dictionary<string, CredentialSource> { ["crm"] = new(new Source(), AllowedHosts.None, []) });
        await StartRootAsync(tree, "secret-of-the-root-1");
        await tree.Vault.RenewAsync(TreeFixture.OwnerOf("root"), "child", "crm");
        await AddAsync(tree, "root", "child", [tree.Api.Address.ToString()], nameof(RetriedWorkflow));
        await tree.BecomesAsync("child", t => t.Epoch == 2);

        await RetryTests.FailAsync(tree, "child");
        await tree.SetAsync("secret-of-the-root-2", "root");
        await tree.RotateAsync("root", await tree.SetAsync("secret-of-the-root-3", "root"));

        await tree.BecomesAsync("child", t => t is { Epoch: 3, Source: "parent" });
    }

    private sealed class Source : IAccessTokenSource
    {
        public ValueTask<AccessToken> GetTokenAsync(bool forceRefresh = false, CancellationToken cancellation = default) =>
            new(new AccessToken(new Secret("secret-of-a-source"), DateTimeOffset.MaxValue, DateTimeOffset.MaxValue));
    }

    /// <summary>An engine of the time when servers did not name the top of a tree.</summary>
    private static RpcHandler Rootless(RpcHandler engine) => async call =>
    {
        var answer = await engine(call);
        if (answer is DescribeWorkflowExecutionResponse described)
            described.WorkflowExecutionInfo.RootExecution = null;
        return answer;
    };

    private static async Task StartRootAsync(TreeFixture tree, string secret)
    {
        await tree.StartTreeAsync("root", new() { ApiToken = await tree.SetAsync(secret, "root"), ApiUrl = tree.Api.Address });
        await tree.BecomesAsync("root", t => t.Epoch == 1);
    }

    /// <summary>Has a node start a child, narrowed where hosts are named.</summary>
    private static Task AddAsync(TreeFixture tree, string parent, string id, IReadOnlyList<string>? hosts, string? workflow = null)
    {
        var child = new ChildRequest
        {
            Id = id, Policy = hosts is null ? ApiTokenPolicy.Inherit : ApiTokenPolicy.Downscope, Hosts = hosts, Workflow = workflow, IsRetried = workflow is not null,
        };
        return tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>(parent).SignalAsync(wf => wf.AddChildAsync(child)));
    }

    private static async Task FinishAsync(TreeFixture tree, string id)
    {
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>(id).SignalAsync(wf => wf.FinishAsync()));
        await Eventually.BecomesAsync(async () => (await tree.TreeOfAsync("root")).Children.Count == 0);
    }

    private static async Task ContinueAsync(TreeFixture tree, string id)
    {
        var before = await RunOfAsync();
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>(id).SignalAsync(wf => wf.ContinueAsync()));
        await Eventually.BecomesAsync(async () => await RunOfAsync() != before);

        Task<string> RunOfAsync() => tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>(id).QueryAsync(wf => wf.RunId));
    }

    private static Task<string?> RefusalAsync(TreeFixture tree, string id) =>
        tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>(id).QueryAsync(wf => wf.Refusal));
}
