using System.Net;
using System.Text.Json;
using Mandate.Audit;
using Mandate.Credentials;
using Mandate.Credentials.Vault;
using Mandate.Identity;
using Mandate.Stateful.Tests.Harness;

namespace Mandate.Stateful.Tests;

/// <summary>What a worker that runs elsewhere may do, and what is believed of what it says.</summary>
public sealed class RemoteAuthorityTests
{
    /// <summary>The activity that workflow code of this room renews in.</summary>
    private const string Renewal = "mandate.apiToken.renew";

    [Fact]
    public async Task Redeem_WorkerThatSaysWhereItIs_IsHeldToItselfUnlessItsTaskProvesIt()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        await using var remote = await RemoteAuthority.StartAsync(tree);
        var reference = await tree.SetAsync("secret-of-the-root", "root");

        (await remote.Authority.RedeemAsync(remote.Request("root", "somebody-else"), reference, tree.Api.Address, default)).Value.Reveal().ShouldBe("secret-of-the-root");
        var claimed = await remote.RecordedAsync("api-token.redeem");
        await remote.Authority.RedeemAsync(remote.Request("root", "somebody-else", RemoteAuthority.TaskOf("root", "root/1")), reference, tree.Api.Address, default);
        var proven = await remote.RecordedAsync("api-token.redeem");
        await remote.Authority.RedeemAsync(remote.Request("root", "somebody-else", RemoteAuthority.TaskOf("another-tree", "root/1")), reference, tree.Api.Address, default);
        var ofAnotherTree = await remote.RecordedAsync("api-token.redeem");

        foreach (var entry in (AuditEntry[])[claimed, ofAnotherTree])
        {
            entry.Actor.ShouldBe(new("worker", "worker-7"));
            entry.Metadata["claimedWorkflowId"].ShouldBe("somebody-else");
            entry.Context.Keys.ShouldNotContain("runId");
        }

        proven.Actor.ShouldBe(new("workflow", "root/1"));
        (proven.Context["runId"], proven.Context["activity"], proven.Context["worker"], proven.Context["credential"]).ShouldBe(("run-proven", "call-proven", "worker-7", "api-key:k1"));
        proven.Metadata.Keys.ShouldNotContain("claimedWorkflowId");
        proven.Context["tree"].ShouldBe("root");
    }

    [Fact]
    public async Task Renew_WithoutTheTaskOfThatWorkflow_IsRefusedAndGivesOutNoReference()
    {
        var sources = new Dictionary<string, CredentialSource>();
        await using var tree = await TreeFixture.StartAsync(sources, worker: false);
        sources["crm"] = new(new Source(), AllowedHosts.Parse([tree.Api.Address.ToString()]), []);
        await using var remote = await RemoteAuthority.StartAsync(tree);

        // An excluded child holds no reference. Renewing its parent's credential, or one that its parent is about to have, would hand it one.
        foreach (var task in (string?[])[null, "forged", RemoteAuthority.TaskOf("root", "root/excluded", Renewal), RemoteAuthority.TaskOf("another-tree", "root", Renewal), RemoteAuthority.TaskOf("root", "root")])
        {
            (await Should.ThrowAsync<CredentialException>(async () => await remote.Authority.RenewAsync(remote.Request("root", "root", task), "root", "crm", known: null, isAsked: true, default))).Kind.ShouldBe(CredentialErrorKind.Unknown);
            (await remote.RecordedAsync("api-token.renew")).Result.ShouldBe(AuditResult.Denied);
        }

        (await tree.Vault.FindAsync(TreeFixture.OwnerOf("root"), "root")).ShouldBeNull();
        var own = await remote.Authority.RenewAsync(remote.Request("root", "root", RemoteAuthority.TaskOf("root", "root", Renewal)), "root", "crm", known: null, isAsked: true, default);
        own.Reference.Epoch.ShouldBe(1);
        // What it may have is a token of a source its tenant may use, under its own id.
        (await remote.Authority.RenewAsync(remote.Request("root", "root", RemoteAuthority.TaskOf("root", "root/excluded", Renewal)), "root/excluded", "crm", known: null, isAsked: false, default)).Reference.Name.ShouldBe("root/excluded");
        // With a reference that is its own, it is refused what is not its own all the same.
        (await Should.ThrowAsync<CredentialException>(async () => await remote.Authority.RenewAsync(remote.Request("root", "root/1", RemoteAuthority.TaskOf("root", "root/1", Renewal)), "root", "crm", own.Reference, isAsked: true, default)))
            .Kind.ShouldBe(CredentialErrorKind.Unknown);
    }

    [Fact]
    public async Task Call_OfAWorkerOfAnotherTenantOrOfAUser_IsRefused()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        await using var remote = await RemoteAuthority.StartAsync(tree);
        var reference = await tree.SetAsync("secret-of-the-root", "root");

        foreach (var (caller, kind) in ((Caller, CredentialErrorKind)[])
            [(RemoteAuthority.Worker with { Principal = new("w", "other") }, CredentialErrorKind.Unknown),
             (RemoteAuthority.Worker with { Kind = CallerKind.User, Principal = TreeFixture.Alice }, CredentialErrorKind.NotConfigured),
             (RemoteAuthority.Worker with { Kind = CallerKind.Service }, CredentialErrorKind.NotConfigured)])
        {
            remote.Caller = caller;
            (await Should.ThrowAsync<CredentialException>(async () => await remote.Authority.RedeemAsync(remote.Request("root", "root"), reference, tree.Api.Address, default))).Kind.ShouldBe(kind);
        }

        remote.Caller = RemoteAuthority.Worker with { Kind = CallerKind.Service, Scopes = [ApiTokenEndpoints.RedeemScope], Principal = new("s", "acme") };
        (await remote.Authority.RedeemAsync(remote.Request("root", "root"), reference, tree.Api.Address, default)).Reference.ShouldBe(reference);
    }

    [Fact]
    public async Task RecordDenial_ByAWorkerElsewhere_IsItsWordAndNotTheSenders()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        await using var remote = await RemoteAuthority.StartAsync(tree);

        await remote.Authority.RecordDenialAsync(remote.Request("root", "root/1"), new("signal", "apiToken", "user", "bob", "the sender is unknown"), default);

        var recorded = await remote.RecordedAsync("execution.signal");
        recorded.Actor.ShouldBe(new("worker", "worker-7"));
        recorded.Resource.ShouldBe(new("execution", "root"));
        (recorded.Metadata["claimedSenderType"], recorded.Metadata["claimedSender"], recorded.Metadata["claimedWorkflowId"], recorded.Metadata["reason"]).ShouldBe(("user", "bob", "root/1", "the sender is unknown"));
    }

    [Fact]
    public async Task Call_ThatIsNotWellFormed_IsABadRequest()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        await using var remote = await RemoteAuthority.StartAsync(tree);
        var reference = await tree.SetAsync("secret-of-the-root", "root");
        var call = new Dictionary<string, object?>
        {
            ["principal"] = remote.Request("root", "root").Envelope,
            ["workflowId"] = "root",
            ["runId"] = "r",
            ["reference"] = reference,
            ["name"] = "child",
        };
        (await remote.PostAsync("narrow", JsonSerializer.Serialize(call))).ShouldBe(HttpStatusCode.OK);

        foreach (var (member, value) in ((string, object?)[])
            [("scopes", null), ("scopes", new string?[] { null }), ("scopes", new[] { "" }), ("scopes", Enumerable.Repeat("s", 65)), ("name", new string('n', 1001)), ("name", ""), ("principal", null), ("principal", ""),
             ("runId", null), ("activity", null), ("hosts", new[] { "https://u@h/" }), ("task", "!"), ("denial", new { kind = "signal" }), ("denial", new { kind = "x", name = "n", senderType = "t", senderId = "i", reason = "r" })])
        {
            (await remote.PostAsync("narrow", JsonSerializer.Serialize(new Dictionary<string, object?>(call) { [member] = value }))).ShouldBe(HttpStatusCode.BadRequest, $"{member} {JsonSerializer.Serialize(value)}");
        }

        (await remote.PostAsync("narrow", "null")).ShouldBe(HttpStatusCode.BadRequest);
        (await remote.PostAsync("unheard-of", JsonSerializer.Serialize(call))).ShouldBe(HttpStatusCode.NotFound);
    }

    private sealed class Source : IAccessTokenSource
    {
        public ValueTask<AccessToken> GetTokenAsync(bool forceRefresh = false, CancellationToken cancellation = default) =>
            new(new AccessToken(new Secret("secret-of-the-source"), DateTimeOffset.MaxValue, DateTimeOffset.MaxValue));
    }
}
