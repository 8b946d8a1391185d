using System.Net;
using Mandate.Acceptance.Tests.Support;
using Mandate.Acceptance.Tests.Workflows;
using Mandate.Audit;
using Mandate.Testing;
using TemporaryDirectory = Mandate.Acceptance.Tests.Support.TemporaryDirectory;

namespace Mandate.Acceptance.Tests.Auditing;

/// <summary>What happens past the API's callers is in the ledger too: ends of runs and steps, keys and policies that change, and how the program proves itself to a cluster.</summary>
public sealed class NoticedEventsTests
{
    [Fact]
    [Scenario("audit", 1)]
    public async Task Service_RunsKeysAndPolicy_LeaveOneEventEach()
    {
        using var directory = new TemporaryDirectory();
        var policy = directory.File("policy.json");
        await File.WriteAllTextAsync(policy, """{ "version": 1, "rules": [{ "name": "all", "effect": "allow" }] }""");
        await using var identities = await TestIdentityProvider.StartAsync();
        await using var service = await ServiceProcess.UpAsync(directory, new Dictionary<string, string>([.. identities.Settings, .. ServiceFixture.Workers]) { ["MANDATE_GATEWAY__POLICYFILE"] = policy });
        using var alice = new RestClient(service.Rest, identities.Token("alice", "acme"));

        Expect.Success(await alice.PostAsync("/v1/executions", new { workflowType = EchoWorkflow.TypeName, workflowId = "order-1", input = "canary-payload" }), HttpStatusCode.Created);
        (await RestWait.UntilEndedAsync(alice, "order-1")).GetProperty("status").GetString().ShouldBe("completed");
        foreach (var (type, status) in new[] { ("execution.step", "completed"), ("execution.end", "completed") })
        {
            var recorded = (await alice.AuditEventsAsync($"&type={type}&resourceId=order-1")).ShouldHaveSingleItem();
            recorded.GetProperty("metadata").GetProperty("status").GetString().ShouldBe(status);
            recorded.GetProperty("actor").GetProperty("id").GetString().ShouldBe("hosted-worker");
            recorded.ToString().ShouldNotContain("canary-payload");
        }

        var key = (await CommandAsync("api-keys", "create", "ci", "--subject", "deployer", "--tenant", "acme")).Trim();
        await CommandAsync("keys", "rotate", "--publish-first", "00:00:00");
        await Patience.UntilAsync(async () => (await ChangesAsync()).Count >= 2, "the new keys to be recorded");
        await CommandAsync("api-keys", "revoke", "ci");
        await File.WriteAllTextAsync(policy, """{ "version": 1, "rules": [{ "name": "all", "effect": "allow" }, { "name": "none", "effect": "deny", "workflowTypes": ["Nothing"] }] }""");
        await Patience.UntilAsync(async () => (await ChangesAsync()).Count >= 4, "the revoked key and the new policy to be recorded");

        var changes = await ChangesAsync();
        changes.Select(e => $"{e.Type} {e.Metadata.GetValueOrDefault("purpose") ?? e.Resource.Type}").ShouldBe(
            ["key.create api-key", "key.create principal-signing", "key.revoke api-key", "configuration.update policy"], ignoreOrder: true);
        changes.Single(e => e.Type == "key.revoke").Resource.ShouldBe(changes.Single(e => e.Type == "key.create" && e.Metadata["purpose"] == "api-key").Resource);
        changes.ShouldAllBe(e => !e.ToString().Contains(key) && !e.Metadata.Values.Contains(key) && e.Resource.Id != key);

        async Task<string> CommandAsync(params string[] arguments)
        {
            var (exit, output, error) = await ServiceProcess.CaptureAsync(directory, new Dictionary<string, string>(), [.. arguments, "--data-directory", directory.File("data")]);
            exit.ShouldBe(0, error);
            return output;
        }

        async Task<List<AuditEntry>> ChangesAsync() => [.. (await Ledger.ReadAsync(directory, AuditLedger.SystemTenant)).Where(e => e.Type.StartsWith("key.", StringComparison.Ordinal) || e.Type.StartsWith("configuration.", StringComparison.Ordinal))];
    }

    [Fact]
    [Scenario("audit", 1)]
    public async Task Gateway_TokensItFetchesAndTheClusterRejects_LeaveEvents()
    {
        using var upstream = new TemporaryDirectory();
        using var edge = new TemporaryDirectory();
        var provider = await OidcProvider.StartAsync(new() { TokenLifetime = TimeSpan.FromSeconds(5), Clients = [new("edge", "s3cr3t-canary")] });
        var callers = new Dictionary<string, string> { ["MANDATE_AUTHENTICATION__AUTHORITY"] = provider.Issuer.OriginalString, ["MANDATE_AUTHENTICATION__AUDIENCE"] = "mandate" };
        await using var service = await ServiceProcess.UpAsync(upstream, callers);
        await using var gateway = await ServiceProcess.GatewayAsync(edge, service.Grpc, new Dictionary<string, string>(callers)
        {
            ["MANDATE_DATADIRECTORY"] = edge.File("data"),
            ["MANDATE_GRPC__ADDRESS"] = "127.0.0.1:0",
            ["MANDATE_WORKFLOW_AUTH_ENABLED"] = "true",
            ["MANDATE_WORKFLOW_AUTH_URL"] = provider.TokenEndpoint.AbsoluteUri,
            ["MANDATE_WORKFLOW_AUTH_AUDIENCE"] = "another-cluster",
            ["MANDATE_APPLICATION_NAME"] = "edge",
            ["MANDATE_edge_client_id"] = "edge",
            ["MANDATE_edge_client_secret"] = "s3cr3t-canary",
        });

        await BecomesAsync(AuditResult.Success, reason: null);
        await BecomesAsync(AuditResult.Denied, "token:rejected-by-cluster");
        await provider.DisposeAsync();
        await BecomesAsync(AuditResult.Failure, "token:Unavailable");

        var events = await EventsAsync();
        events.ShouldAllBe(e => e.Resource.Type == "worker" && e.Actor == new AuditActor("service", "edge") && e.Metadata["method"] == "client-credentials");
        events.Where(e => e.Result == AuditResult.Success).ShouldAllBe(e => e.Resource.Id == "edge");

        Task BecomesAsync(AuditResult result, string? reason) =>
            Patience.UntilAsync(async () => (await EventsAsync()).Any(e => e.Result == result && e.Metadata.GetValueOrDefault("reason") == reason), $"{result} to be recorded");

        async Task<List<AuditEntry>> EventsAsync() => [.. (await Ledger.ReadAsync(edge, AuditLedger.SystemTenant)).Where(e => e.Type == "worker.authenticate")];
    }
}
