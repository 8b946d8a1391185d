using Mandate.Audit;
using Mandate.Credentials.Vault;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

/// <summary>What a worker elsewhere may do to the tokens of other workflows, with a genuine reference and the task of one workflow.</summary>
public sealed class RemoteRightsTests
{
    private const string Narrowing = "mandate.apiToken.narrow";
    private const string Revoking = "mandate.apiToken.revoke";

    [Fact]
    public async Task Narrow_WithoutAGenuineReference_IsRefused()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        await using var remote = await RemoteAuthority.StartAsync(tree);
        var reference = await tree.SetAsync("secret-of-the-root", "root");

        foreach (var made in (CredentialReference[])[reference with { Fingerprint = new string('0', 32) }, reference with { Name = "root/1" }])
            (await RefusedAsync(remote, made, "mine", RemoteAuthority.TaskOf("root", "root/1", Narrowing))).ShouldBe(CredentialErrorKind.Unknown);
        (await RefusedAsync(remote, reference, "mine", RemoteAuthority.TaskOf("another-tree", "root", Narrowing), root: "another-tree")).ShouldBe(CredentialErrorKind.Unknown);
        var narrow = await NarrowAsync(remote, reference, "root/1", RemoteAuthority.TaskOf("root", "root", Narrowing));

        // No such child runs.
        (await Should.ThrowAsync<CredentialException>(async () => await remote.Authority.RedeemAsync(remote.Request("root", "root/1"), narrow.Reference, tree.Api.Address, default))).Kind.ShouldBe(CredentialErrorKind.Unknown);
        (await tree.Vault.FindAsync(TreeFixture.OwnerOf("root"), "root/1")).ShouldBeNull();
        (await RefusedAsync(remote, narrow.Reference, "root", RemoteAuthority.TaskOf("root", "root/1", Narrowing))).ShouldBe(CredentialErrorKind.NameTaken);
    }

    [Fact]
    public async Task Narrow_WhatASiblingHas_IsRefusedToAllButItsParent()
    {
        await using var tree = await StartTreeAsync();
        await using var remote = await RemoteAuthority.StartAsync(tree);
        var reference = (await tree.Vault.FindAsync(TreeFixture.OwnerOf("root"), "root"))!.Reference;
        var sibling = (await tree.Vault.FindAsync(TreeFixture.OwnerOf("root"), "root/0"))!;

        foreach (var isStart in (bool[])[false, true])
        {
            // A worker that has root/1 holds the same reference as the parent of both. Neither what it says of itself nor another task of the parent's makes it the parent.
            (await RefusedAsync(remote, reference, "root/0", RemoteAuthority.TaskOf("root", "root/1", Narrowing), isStart)).ShouldBe(CredentialErrorKind.NameTaken);
            foreach (var task in (string?[])[null, "forged", RemoteAuthority.TaskOf("root", "root", "call"), RemoteAuthority.TaskOf("another-tree", "root", Narrowing)])
                (await RefusedAsync(remote, reference, "root/0", task, isStart)).ShouldBe(CredentialErrorKind.Unknown);
            // Nor may anybody narrow his own, or what he descends from.
            (await RefusedAsync(remote, reference, "root/0", RemoteAuthority.TaskOf("root", "root/0", Narrowing), isStart)).ShouldBe(CredentialErrorKind.Unknown);
            (await RefusedAsync(remote, sibling.Reference, "root", RemoteAuthority.TaskOf("root", "root/0", Narrowing), isStart)).ShouldBe(CredentialErrorKind.NameTaken);
        }

        (await remote.RecordedAsync("api-token.narrow")).Result.ShouldBe(AuditResult.Denied);
        (await tree.Vault.FindAsync(TreeFixture.OwnerOf("root"), "root/0"))!.Reference.ShouldBe(sibling.Reference);
        await tree.CallAsync("root/0");
        (await NarrowAsync(remote, reference, "root/0", RemoteAuthority.TaskOf("root", "root", Narrowing))).Reference.Epoch.ShouldBe(2);
        (await RotationTests.FailureOfAsync(() => tree.CallAsync("root/0"))).ErrorType.ShouldBe(ApiTokenFailureTypes.HostNotAllowed);
    }

    [Fact]
    public async Task Narrow_AnAncestorThatHasEnded_IsRefused()
    {
        await using var tree = await StartTreeAsync(depth: 2);
        await using var remote = await RemoteAuthority.StartAsync(tree);
        await tree.BecomesAsync("root/1/0", t => t.Epoch == 1);
        var own = await tree.SetAsync("secret-of-the-leaf", "root", name: "root/1/0");
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle("root/1").TerminateAsync());
        var others = await tree.SetAsync("secret-of-the-ended-one", "root", name: "root/1");

        (await RefusedAsync(remote, own, "root/1", RemoteAuthority.TaskOf("root", "root/1/0", Narrowing), isStart: true)).ShouldBe(CredentialErrorKind.NameTaken);

        // The id of an ended workflow that it does not descend from may be that of its next child.
        var next = await NarrowAsync(remote, own, "root/1", RemoteAuthority.TaskOf("root", "root/0", Narrowing), isStart: true);
        (await tree.Vault.FindAsync(TreeFixture.OwnerOf("root"), "root/1"))!.Reference.ShouldBe(others, "it is not started yet");
        (await remote.Authority.NewestAsync(remote.Request("root", "root/1"), next.Reference, default)).Reference.ShouldBe(next.Reference);
        (await tree.Vault.FindAsync(TreeFixture.OwnerOf("root"), "root/1"))!.Reference.ShouldBe(others, "it can be looked at, and does not count before the child runs");
    }

    /// <summary>Parentage is looked at when a reference is presented, too: it was given out before the child ran, and a start in flight is nobody else's to overtake.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Narrow_AnothersChildBeforeItRuns_ErasesNothingOfWhatItIsStartedWith(bool isFirst, bool isStart)
    {
        await using var tree = await StartTreeAsync();
        await using var remote = await RemoteAuthority.StartAsync(tree);
        var reference = (await tree.Vault.FindAsync(TreeFixture.OwnerOf("root"), "root"))!.Reference;
        tree.IsSecret("secret-of-the-started");
        var (attack, own) = isFirst ? (await AttackAsync(), await StartingAsync()) : default;
        if (!isFirst)
            (own, attack) = (await StartingAsync(), await AttackAsync());

        await PresentsAsync();
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(wf => wf.AddChildAsync(new ChildRequest { Id = "started", Policy = ApiTokenPolicy.Exclude })));
        await Eventually.BecomesAsync(async () => (await tree.TreeOfAsync("root")).Children.Any(c => c.WorkflowId == "started"));
        await PresentsAsync();

        (await RedeemedAsync("started", own)).ShouldBe("secret-of-the-started");
        // Nor is what the child has since given for a reference that was prepared for another's.
        await PresentsAsync();

        async Task<CredentialReference> AttackAsync() => (await NarrowAsync(remote, reference, "started", RemoteAuthority.TaskOf("root", "root/1", Narrowing), isStart)).Reference;

        async Task<CredentialReference> StartingAsync()
        {
            var command = new SealedEngine(tree).ChildStart("started", $$$"""{"apiToken":{"token":"secret-of-the-started","hosts":["{{{tree.Api.Address}}}"]}}""");
            var child = (await new SealedEngine(tree).CommandAsync("root", command)).Single().StartChildWorkflowExecutionCommandAttributes;
            return SealedEngine.Reference(SealedEngine.Argument(child.Input)!["apiToken"]);
        }

        async Task PresentsAsync()
        {
            foreach (var present in (Func<Task>[])[() => RedeemedAsync("root/1", attack), () => NarrowAsync(remote, attack, "mine", RemoteAuthority.TaskOf("root", "root/1", Narrowing), isStart: true)])
                (await Should.ThrowAsync<CredentialException>(present)).Kind.ShouldBe(CredentialErrorKind.Unknown);
            try
            {
                await remote.Authority.NewestAsync(remote.Request("root", "root/1"), attack, default);
            }
            catch (CredentialException e)
            {
                e.Kind.ShouldBe(CredentialErrorKind.Unknown);
            }
        }

        async Task<string> RedeemedAsync(string workflowId, CredentialReference presented) =>
            (await remote.Authority.RedeemAsync(remote.Request("root", workflowId), presented, tree.Api.Address, default)).Value.Reveal();
    }

    /// <summary>To describe a workflow lists its children: for each of thousands that are started under used ids that would be thousands.</summary>
    [Fact]
    public async Task Narrow_UnderAUsedId_DescribesNeitherTheParentNorWhatItDescendsFrom()
    {
        await using var tree = await StartTreeAsync(depth: 2);
        var described = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var family = new WorkflowFamily(
            call =>
            {
                if (call.Request is DescribeWorkflowExecutionRequest asked)
                    described.Enqueue(asked.Execution.WorkflowId);
                return tree.Engine(call);
            },
            tree.Verifier,
            "default");
        await tree.BecomesAsync("root/1/0", t => t.Epoch == 1);
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle("root/0").TerminateAsync());
        var owner = TreeFixture.OwnerOf("root");

        (await family.OfAsync(owner, "root/1/0", "root/0", default)).ShouldBe(ChildKinship.Free);
        (await family.OfAsync(owner, "root/1/0", "root", default)).ShouldBe(ChildKinship.Anothers);
        (await family.OfAsync(owner, "root", "root/0", default)).ShouldBe(ChildKinship.Free);
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle("root/1").TerminateAsync());
        (await family.OfAsync(owner, "root/1/0", "root/1", default)).ShouldBe(ChildKinship.Anothers);

        described.ShouldBe(["root/0", "root/0", "root/1"]);
    }

    [Fact]
    public async Task Revoke_WhatOnlyIsInherited_IsRefused()
    {
        await using var tree = await StartTreeAsync();
        await using var remote = await RemoteAuthority.StartAsync(tree);
        var reference = (await tree.Vault.FindAsync(TreeFixture.OwnerOf("root"), "root"))!.Reference;

        foreach (var task in (string?[])[null, "forged", RemoteAuthority.TaskOf("root", "root/1", Revoking)])
        {
            (await Should.ThrowAsync<CredentialException>(async () => await remote.Authority.RevokeAsync(remote.Request("root", "root", task), reference, default))).Kind.ShouldBe(CredentialErrorKind.Unknown);
            (await remote.RecordedAsync("api-token.revoke")).Result.ShouldBe(AuditResult.Denied);
        }

        await tree.CallAsync("root/1");
        (await remote.Authority.RevokeAsync(remote.Request("root", "root", RemoteAuthority.TaskOf("root", "root", Revoking)), reference, default)).State.ShouldBe(CredentialState.Revoked);
    }

    /// <summary>A root with a child that has part of its token, and one that inherits.</summary>
    private static async Task<TreeFixture> StartTreeAsync(int depth = 1)
    {
        var tree = await TreeFixture.StartAsync();
        await tree.StartTreeAsync("root", new()
        {
            Depth = depth,
            Fanout = 2,
            ApiToken = await tree.SetAsync("secret-of-the-root", "root"),
            ApiUrl = tree.Api.Address,
            Hosts = [tree.Api.Address.ToString()],
            Policies = new Dictionary<int, ApiTokenPolicy> { [0] = ApiTokenPolicy.Downscope },
        });
        await tree.BecomesAsync("root/0", t => t.Name == "root/0");
        await tree.BecomesAsync("root/1", t => t.Name == "root");
        await tree.CallAsync("root/0");
        return tree;
    }

    private static async Task<CredentialStatus> NarrowAsync(RemoteAuthority remote, CredentialReference wider, string name, string? task, bool isStart = false, string root = "root") =>
        await remote.Authority.NarrowAsync(remote.Request(root, "root", task), wider, name, AllowedHosts.None, [], isStart, default);

    private static async Task<CredentialErrorKind> RefusedAsync(RemoteAuthority remote, CredentialReference wider, string name, string? task, bool isStart = false, string root = "root") =>
        (await Should.ThrowAsync<CredentialException>(() => NarrowAsync(remote, wider, name, task, isStart, root))).Kind;
}
