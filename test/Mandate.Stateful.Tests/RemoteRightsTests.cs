using Mandate.Audit;
using Mandate.Credentials.Vault;
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

        (await Should.ThrowAsync<CredentialException>(async () => await remote.Authority.RedeemAsync(remote.Request("root", "root/1"), narrow.Reference, tree.Api.Address, default))).Kind.ShouldBe(CredentialErrorKind.HostNotAllowed);
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
