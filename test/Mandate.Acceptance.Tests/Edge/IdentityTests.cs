using System.Net;
using Mandate.Acceptance.Tests.Support;
using Mandate.Acceptance.Tests.Workflows;
using Mandate.Identity;
using Mandate.Identity.Keys;
using Mandate.Protocol.Conversion;
using Mandate.Testing;

namespace Mandate.Acceptance.Tests.Edge;

/// <summary>For whom runs act is decided by the verified token alone.</summary>
public sealed class IdentityTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    [Theory]
    [Scenario("identity", 1)]
    [InlineData("sub")]
    [InlineData("user_id")]
    public async Task Start_TokenWithUserAndTenant_RunCarriesExactlyThose(string claim)
    {
        var workflowId = $"mine-{Guid.NewGuid():N}";
        var token = fixture.Identities.Token("someone", "acme", t => t.Claims[claim] = "alice");
        using var rest = fixture.WithToken(token);

        var started = Expect.Success(await rest.PostAsync("/v1/executions", new { workflowType = EchoWorkflow.TypeName, workflowId, input = "hello" }), HttpStatusCode.Created);

        started.GetProperty("principal").ToString().ShouldBe("""{"userId":"alice","tenantId":"acme"}""");
        var result = (await EndOfAsync(rest, workflowId)).GetProperty("result");
        result.GetProperty("Text").GetString().ShouldBe("hello");
        result.GetProperty("ActivityActsFor").GetString().ShouldBe("alice@acme");
        result.GetProperty("WorkflowActsFor").GetString().ShouldBe("alice@acme");
        (await SignedPrincipalAsync(workflowId)).ShouldBe(("alice", "acme"));
    }

    [Fact]
    [Scenario("identity", 3)]
    public async Task Start_TokenWithoutTenant_Is403WithReasonAndNothingStarts()
    {
        var workflowId = $"homeless-{Guid.NewGuid():N}";
        using var rest = fixture.WithToken(fixture.Identities.Token("alice", tenant: null));

        var answer = await rest.PostAsync("/v1/executions", new { workflowType = EchoWorkflow.TypeName, workflowId, input = "x" });

        Expect.Problem(answer, HttpStatusCode.Forbidden, "identity-incomplete");
        answer.Body.GetProperty("detail").GetString()!.ShouldContain("tenant_id");
        await using var engine = fixture.Engine();
        (await engine.HasExecutionAsync(workflowId)).ShouldBeFalse();
    }

    [Theory]
    [Scenario("identity", 4)]
    [InlineData("mandate-principal")]
    [InlineData("mandate-actor")]
    [InlineData("X-Forwarded-User")]
    [InlineData("x-forwarded-tenant")]
    public async Task Start_CallerBringsIdentityHeaders_AreIgnoredAndAudited(string header)
    {
        var workflowId = $"spoof-{Guid.NewGuid():N}";
        var tenant = $"tenant-{Guid.NewGuid():N}";
        using var rest = fixture.As("alice", tenant);
        using var body = RestClient.JsonContent($$"""{"workflowType":"{{EchoWorkflow.TypeName}}","workflowId":"{{workflowId}}","input":"x"}""");

        Expect.Success(await rest.PostAsync("/v1/executions", body, (header, "mallory")), HttpStatusCode.Created);

        (await EndOfAsync(rest, workflowId)).GetProperty("result").GetProperty("ActivityActsFor").GetString().ShouldBe($"alice@{tenant}");
        (await SignedPrincipalAsync(workflowId)).ShouldBe(("alice", tenant));
        var spoof = (await rest.AuditEventsAsync("&type=identity.spoof-attempt")).ShouldHaveSingleItem();
        spoof.GetProperty("result").GetString().ShouldBe("denied");
        spoof.GetProperty("actor").GetProperty("id").GetString().ShouldBe("alice");
        spoof.GetProperty("metadata").GetProperty("headers").GetString().ShouldBe(header);
        spoof.ToString().ShouldNotContain("mallory");
    }

    [Fact]
    [Scenario("identity", 9)]
    public async Task Signal_ByAnotherUserOfTheTenant_NamesTheSenderAndKeepsTheInitiator()
    {
        var (workflowId, tenant) = ($"waits-{Guid.NewGuid():N}", $"tenant-{Guid.NewGuid():N}");
        using var alice = fixture.As("alice", tenant);
        using var bob = fixture.As("bob", tenant);
        Expect.Success(await alice.PostAsync("/v1/executions", new { workflowType = WaitingWorkflow.TypeName, workflowId }), HttpStatusCode.Created);

        (await bob.PostAsync($"/v1/executions/{workflowId}/signals/go", content: null)).Status.ShouldBe(HttpStatusCode.Accepted);

        var execution = await EndOfAsync(alice, workflowId);
        execution.GetProperty("result").EnumerateArray().Select(e => e.GetString()).ShouldBe([$"alice@{tenant}", $"bob@{tenant}"]);
        execution.GetProperty("principal").GetProperty("userId").GetString().ShouldBe("alice");
        var signal = (await alice.AuditEventsAsync("&type=execution.signal")).ShouldHaveSingleItem();
        signal.GetProperty("actor").GetProperty("id").GetString().ShouldBe("bob");
        signal.GetProperty("metadata").GetProperty("initiator").GetString().ShouldBe("alice");
    }

    [Fact]
    public async Task ReadAndSignal_ByAnotherTenant_AreAnsweredAsIfThereWereNoRunAndAudited()
    {
        var (workflowId, other) = ($"private-{Guid.NewGuid():N}", $"tenant-{Guid.NewGuid():N}");
        using var alice = fixture.As("alice", "acme");
        using var carol = fixture.As("carol", other);
        Expect.Success(await alice.PostAsync("/v1/executions", new { workflowType = WaitingWorkflow.TypeName, workflowId }), HttpStatusCode.Created);
        var unknown = await carol.GetAsync("/v1/executions/there-is-no-such-thing");

        var read = await carol.GetAsync($"/v1/executions/{workflowId}");
        var signal = await carol.PostAsync($"/v1/executions/{workflowId}/signals/go", content: null);

        Expect.Problem(read, HttpStatusCode.NotFound, "not-found");
        Expect.Problem(signal, HttpStatusCode.NotFound, "not-found");
        read.Body.GetProperty("detail").GetString().ShouldBe(unknown.Body.GetProperty("detail").GetString());
        (await alice.GetAsync($"/v1/executions/{workflowId}")).Body.GetProperty("status").GetString().ShouldBe("running");
        (await carol.AuditEventsAsync("&result=denied")).Select(e => e.GetProperty("metadata").GetProperty("reason").GetString())
            .ShouldBe(["execution-unknown", "execution-of-another-tenant", "execution-of-another-tenant"]);
    }

    [Fact]
    public async Task AuditEvents_OfOneTenant_AreNotShownToAnother()
    {
        using var carol = fixture.As("carol", $"tenant-{Guid.NewGuid():N}");
        using var alice = fixture.As("alice", "acme");
        await alice.GetAsync("/v1/audit-events");

        (await carol.AuditEventsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Verify_AnEventOfTheTenant_RecomputesTheChain()
    {
        using var alice = fixture.As("alice", $"tenant-{Guid.NewGuid():N}");
        await alice.GetAsync("/v1/executions/nothing");
        var recorded = (await alice.AuditEventsAsync())[0];

        var verdict = Expect.Success(await alice.GetAsync($"/v1/audit-events/{recorded.GetProperty("id").GetString()}/verify"), HttpStatusCode.OK);

        verdict.GetProperty("valid").GetBoolean().ShouldBeTrue();
        verdict.GetProperty("checked").GetInt64().ShouldBe(1, "up to the event asked about");
        using var carol = fixture.As("carol", "globex");
        Expect.Problem(await carol.GetAsync($"/v1/audit-events/{recorded.GetProperty("id").GetString()}/verify"), HttpStatusCode.NotFound, "not-found");
    }

    private static Task<System.Text.Json.JsonElement> EndOfAsync(RestClient rest, string workflowId) => RestWait.UntilEndedAsync(rest, workflowId);

    /// <summary>What a third party reads from the history, with nothing but the published keys.</summary>
    private async Task<(string User, string Tenant)> SignedPrincipalAsync(string workflowId)
    {
        await using var engine = fixture.Engine();
        var header = (await engine.HistoryAsync(workflowId))[0].WorkflowExecutionStartedEventAttributes.Header.Fields[IdentityHeaders.Principal];
        using var keys = new RemoteKeySet(new Uri(fixture.Service.Rest, "/.well-known/jwks.json"));
        var envelope = (string?)DataConverter.Default.PayloadConverter.ToValue(header, typeof(string));
        var verdict = await new PrincipalVerifier(keys).VerifyAsync(envelope, "default", workflowId);
        verdict.IsAccepted.ShouldBeTrue(verdict.Message);
        return (verdict.Principal!.UserId, verdict.Principal.TenantId);
    }
}
