using Mandate.Audit;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Gateway.Tests;

/// <summary>Who calls, and what becomes of what a caller shows and claims.</summary>
public sealed class AuthenticateTests : IAsyncLifetime
{
    private GatewayFixture _gateway = null!;

    public static TheoryData<string, string[]> Bad() => new()
    {
        { "credentials-missing", [] },
        { "token-unknown", ["Bearer forged"] },
        { "token-unknown", ["Basic YWxpY2U6cHc="] },
        { "token-unknown", ["Bearer "] },
        { "credentials-ambiguous", ["Bearer one", "Bearer two"] },
    };

    public async Task InitializeAsync() => _gateway = await GatewayFixture.StartAsync();

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Call_WithoutGoodCredentials_IsUnauthenticatedAndRecorded(string reason, string[] authorization)
    {
        var call = new RpcCall(GatewayFixture.StartRequest("order-1")) { Metadata = new(authorization.Select(a => KeyValuePair.Create("authorization", a))), Peer = "127.0.0.1:9" };

        var refused = await Should.ThrowAsync<RpcException>(() => _gateway.Pipeline.Handler(call));

        refused.Code.ShouldBe(RpcStatusCode.Unauthenticated);
        (await _gateway.ExistsAsync("order-1")).ShouldBeFalse();
        var denial = await _gateway.LastDenialAsync(AuditLedger.SystemTenant);
        (denial.Type, denial.Metadata["reason"], denial.Actor).ShouldBe(("execution.start", reason, new AuditActor("anonymous", "", "127.0.0.1:9")));
    }

    [Fact]
    public async Task Call_FromThisMachineWithoutCredentials_IsLetInOnlyWhereSettingsNameWhoThatIs_AndNotWithBadOnes()
    {
        await using var gateway = await GatewayFixture.StartAsync((_, o) => o with { LoopbackCaller = Callers.Worker });
        var request = new DescribeNamespaceRequest { Namespace = GatewayFixture.Namespace };

        await gateway.Pipeline.Handler(new RpcCall(request) { Peer = "127.0.0.1:9" });
        await gateway.Pipeline.Handler(new RpcCall(request) { Peer = "[::1]:9" });

        foreach (var (peer, metadata) in ((string?, RpcMetadata)[])[("10.0.0.1:9", RpcMetadata.Empty), (null, RpcMetadata.Empty), ("127.0.0.1:9", new([new("authorization", "Bearer forged")]))])
            (await Should.ThrowAsync<RpcException>(() => gateway.Pipeline.Handler(new RpcCall(request) { Peer = peer, Metadata = metadata }))).Code.ShouldBe(RpcStatusCode.Unauthenticated);
    }

    [Fact]
    public async Task GetSystemInfo_WithoutCredentials_IsAnsweredWhereSettingsSaySo()
    {
        (await Should.ThrowAsync<RpcException>(() => _gateway.Pipeline.Handler(new RpcCall(new GetSystemInfoRequest())))).Code.ShouldBe(RpcStatusCode.Unauthenticated);

        await using var gateway = await GatewayFixture.StartAsync((_, o) => o with { AllowAnonymousSystemInfo = true });
        (await gateway.Pipeline.Handler(new RpcCall(new GetSystemInfoRequest()))).ShouldBeOfType<GetSystemInfoResponse>();
        (await Should.ThrowAsync<RpcException>(() => gateway.Pipeline.Handler(new RpcCall(new GetClusterInfoRequest())))).Code.ShouldBe(RpcStatusCode.Unauthenticated);
    }

    [Theory]
    [InlineData("mandate-principal")]
    [InlineData("mandate-actor")]
    [InlineData("x-forwarded-user")]
    [InlineData("X-Forwarded-Tenant")]
    public async Task Call_MetadataThatClaimsAnIdentity_IsRecordedAndGoesNoFurther(string name)
    {
        RpcMetadata? seen = null;
        await using var gateway = await GatewayFixture.StartAsync((_, o) => o with
        {
            ExtraStages = [next => call =>
            {
                seen = call.Metadata;
                return next(call);
            }],
        });

        await gateway.CallAsync<StartWorkflowExecutionResponse>(Callers.Alice, GatewayFixture.StartRequest("order-1"), new([new(name, "mallory"), new("client-name", "test"), new("x-anything", "else")]));

        seen!.Select(e => e.Key).ShouldBe(["client-name"]);
        var spoof = (await gateway.AuditAsync("acme")).Single(e => e.Type == "identity.spoof-attempt");
        spoof.Metadata["headers"].ShouldBe(name, StringCompareShould.IgnoreCase);
        spoof.ToString().ShouldNotContain("mallory");
    }

    [Fact]
    public async Task ExtraStage_SeesTheCallerAndStampedHeaders_AndIsRecordedAfter()
    {
        CallerPrincipal? caller = null;
        var stamped = false;
        await using var gateway = await GatewayFixture.StartAsync((_, o) => o with
        {
            ExtraStages = [next => async call =>
            {
                caller = call.Caller as CallerPrincipal;
                stamped = call.Request is StartWorkflowExecutionRequest start && start.Header.Fields.ContainsKey(IdentityHeaders.Principal);
                return await next(call);
            }],
        });

        await gateway.StartAsync(Callers.Alice, "order-1");

        caller!.Caller.ShouldBe(Callers.Alice);
        stamped.ShouldBeTrue();
    }

    [Fact]
    [Scenario("audit", 13)]
    public async Task Call_LedgerCannotBeWritten_IsRefusedAndNothingHappens()
    {
        var answers = new List<bool>();
        await using var gateway = await GatewayFixture.StartAsync((_, o) => o with { LedgerAnswered = answers.Add });
        await gateway.StartAsync(Callers.Alice, "order-1");
        await using (var holder = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={gateway.File("ledger.db")};Pooling=False"))
        {
            await holder.OpenAsync();
            await using var hold = holder.BeginTransaction(deferred: false);

            (await gateway.RefusedAsync(Callers.Alice, GatewayFixture.StartRequest("order-2"))).Code.ShouldBe(RpcStatusCode.Unavailable);
        }

        (await gateway.ExistsAsync("order-2")).ShouldBeFalse();
        answers[^1].ShouldBeFalse();
        await gateway.StartAsync(Callers.Alice, "order-2");
    }

    [Fact]
    public async Task Start_Allowed_IsRecordedBeforeAndAfter_WithCallerCredentialAndRun()
    {
        var runId = await _gateway.StartAsync(Callers.Alice, "order-1");

        var events = await _gateway.AuditAsync("acme");
        events.Select(e => e.Type).ShouldBe(["execution.start.requested", "execution.start"]);
        events.ShouldAllBe(e => e.Actor == new AuditActor("user", "alice", "10.1.2.3:4567") && e.Metadata["credential"] == "token:alice" && e.Metadata["workflowType"] == "Order");
        events[1].Context["runId"].ShouldBe(runId);
    }

    [Fact]
    public async Task WorkersChatter_Allowed_IsNotRecorded()
    {
        await _gateway.StartAsync(Callers.Alice, "order-1");
        var before = (await _gateway.AuditAsync("acme")).Count;

        await _gateway.CompleteAsync(Callers.Worker, await _gateway.PollAsync(Callers.Worker), GatewayFixture.Activity());
        var activity = await _gateway.PollActivityAsync(Callers.Worker);
        await _gateway.CallAsync<RecordActivityTaskHeartbeatResponse>(Callers.Worker, new RecordActivityTaskHeartbeatRequest { Namespace = GatewayFixture.Namespace, TaskToken = activity.TaskToken });

        (await _gateway.AuditAsync("acme")).Count.ShouldBe(before);
        (await _gateway.AuditAsync(AuditLedger.SystemTenant)).ShouldBeEmpty();
    }

    [Fact]
    public async Task User_PollsForTasks_IsDenied()
    {
        (await _gateway.RefusedAsync(Callers.Alice, new PollWorkflowTaskQueueRequest { Namespace = GatewayFixture.Namespace, TaskQueue = new() { Name = GatewayFixture.Queue } }))
            .Code.ShouldBe(RpcStatusCode.PermissionDenied);

        (await _gateway.LastDenialAsync("acme")).Metadata["reason"].ShouldBe("policy:no-rule-allows");
    }
}
