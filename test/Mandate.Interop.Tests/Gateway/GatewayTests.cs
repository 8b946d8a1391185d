using System.Net;
using System.Text.Json;
using Mandate.Acceptance.Tests.Support;
using Mandate.Audit;
using Mandate.Engine;
using Mandate.Identity;
using Mandate.Identity.Keys;
using Mandate.Interop.Tests.Harness;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Grpc;
using Mandate.Testing;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Gateway;

/// <summary>
/// The official TypeScript SDK, which knows nothing of principals, as client and worker behind two <c>mandate gateway</c> processes in front of one cluster.
/// </summary>
[Collection(TypeScriptCollection.Name)]
public sealed class GatewayTests(TypeScriptDriver typeScript, ITestOutputHelper output) : IAsyncLifetime, IDisposable
{
    private const string Queue = TypeScriptWorkers.TaskQueue;

    private readonly Mandate.Acceptance.Tests.Support.TemporaryDirectory _directory = new();
    private readonly Mandate.Acceptance.Tests.Support.TemporaryDirectory _other = new();
    private readonly string _id = $"wf-{Guid.NewGuid():N}";
    private readonly int _logBefore = typeScript.Log.Count;
    private TestIdentityProvider _identities = null!;
    private EmbeddedEngine _cluster = null!;
    private GrpcListener _clusterListener = null!;
    private ServiceProcess _one = null!;
    private ServiceProcess _two = null!;

    public async Task InitializeAsync()
    {
        _identities = await TestIdentityProvider.StartAsync();
        _cluster = await EmbeddedEngine.StartAsync(new EngineOptions { DataDirectory = _directory.File("cluster") });
        _clusterListener = await GrpcListener.StartAsync(_cluster.Handler, new GrpcListenerOptions { ListenOn = new(IPAddress.Loopback, 0) });
        _one = await StartGatewayAsync(_directory, "127.0.0.1:0");
        _two = await StartGatewayAsync(_other, "127.0.0.1:0");
    }

    public async Task DisposeAsync()
    {
        foreach (var line in typeScript.Log.Skip(_logBefore))
            output.WriteLine(line);
        output.WriteLine(_one.Output);
        output.WriteLine(_two.Output);
        await typeScript.CallAsync("disconnect", new { address = _one.Grpc });
        await typeScript.CallAsync("disconnect", new { address = _two.Grpc });
        await _one.DisposeAsync();
        await _two.DisposeAsync();
        await _clusterListener.DisposeAsync();
        await _cluster.DisposeAsync();
        await _identities.DisposeAsync();
    }

    public void Dispose()
    {
        _directory.Dispose();
        _other.Dispose();
    }

    [Fact]
    [Scenario("identity", 13)]
    [Scenario("identity", 9)]
    [Scenario("identity", 10)]
    public async Task TypeScriptClientAndWorker_BehindGateways_EverythingCarriesAlice_AndTheGatewayMayDieInTheMiddle()
    {
        var alice = Client(_one, _identities.Token("alice", "acme"));
        await using var worker = await TypeScriptWorker.StartAsync(
            typeScript, _two.Grpc, new Dictionary<string, object> { ["taskQueue"] = Queue }, apiKey: _identities.WorkerToken());
        await alice.StartAsync("journey", _id, Queue, [_id]);
        await Patience.UntilAsync(async () => await typeScript.CallAsync<int>("gateArrivals", new { name = _id }) > 0, "the activity");

        // The worker has an activity in hand that this gateway gave it. Another process takes its place.
        var address = _two.Grpc;
        await _two.KillAsync();
        await _two.DisposeAsync();
        _two = await StartGatewayAsync(_other, address);
        await typeScript.CallAsync("openGate", new { name = _id });
        await Client(_one, _identities.Token("bob", "acme")).SignalAsync(_id, "approve", "bob");

        (await Client(_two, _identities.Token("alice", "acme")).ResultAsync<JsonElement>(_id)).ToString().ShouldContain("Hello, journey!");

        using var keys = await SigningKeyRing.OpenAsync(_directory.File("principal-keys.json"), createWhenMissing: false);
        var verifier = new PrincipalVerifier(keys);
        var history = await HistoryAsync(_id);
        var envelope = Read(history[0].WorkflowExecutionStartedEventAttributes.Header, IdentityHeaders.Principal);
        verifier.Verify(envelope, "default", _id).Principal!.ToString().ShouldBe("alice@acme");
        history.Where(e => e.EventType == EventType.ActivityTaskScheduled).ShouldAllBe(e => Read(e.ActivityTaskScheduledEventAttributes.Header, IdentityHeaders.Principal) == envelope);
        var signal = history.Single(e => e.EventType == EventType.WorkflowExecutionSignaled).WorkflowExecutionSignaledEventAttributes;
        verifier.VerifyActor(Read(signal.Header, IdentityHeaders.Actor), "default", _id, WorkflowMessageKind.Signal, "approve").Principal!.ToString().ShouldBe("bob@acme");
        var child = await HistoryAsync($"{_id}/child");
        Read(child[0].WorkflowExecutionStartedEventAttributes.Header, IdentityHeaders.Principal).ShouldBe(envelope);
        child.Where(e => e.EventType == EventType.ActivityTaskScheduled).ShouldAllBe(e => Read(e.ActivityTaskScheduledEventAttributes.Header, IdentityHeaders.Principal) == envelope);
        child.ShouldContain(e => e.EventType == EventType.ActivityTaskScheduled);
    }

    [Fact]
    [Scenario("identity", 19)]
    public async Task TypeScriptClient_OfAnotherTenant_SeesNothing_AndOneWithoutATokenIsNotLetIn()
    {
        var alice = Client(_one, _identities.Token("alice", "acme"));
        var carol = Client(_two, _identities.Token("carol", "globex"));
        await alice.StartAsync("approval", _id, Queue, [1]);

        (await Should.ThrowAsync<SdkException>(() => carol.DescribeAsync(_id))).Message.ShouldContain("There is no workflow");
        await Should.ThrowAsync<SdkException>(() => carol.SignalAsync(_id, "approve", "carol"));
        await Should.ThrowAsync<SdkException>(() => carol.TerminateAsync(_id, "no"));
        (await carol.ListAsync("")).GetArrayLength().ShouldBe(0);
        (await alice.ListAsync("")).GetArrayLength().ShouldBe(1);
        await Should.ThrowAsync<SdkException>(() => carol.StartAsync("approval", _id, Queue, [1]));
        (await Should.ThrowAsync<SdkException>(() => TypeScriptClient.On(typeScript, _one.Grpc).DescribeAsync(_id))).Message.ShouldContain("UNAUTHENTICATED", Case.Insensitive);
        await Should.ThrowAsync<SdkException>(() => TypeScriptWorker.StartAsync(typeScript, _one.Grpc, new Dictionary<string, object> { ["taskQueue"] = Queue }));

        (await HistoryAsync(_id)).Select(e => e.EventType).ShouldBe([EventType.WorkflowExecutionStarted, EventType.WorkflowTaskScheduled]);
        await _two.TerminateAsync();
        await using var ledger = await AuditLedger.OpenAsync(new AuditLedgerOptions { Path = Path.Combine(_other.File("data"), "audit", "ledger.db") });
        (await ledger.QueryAsync("globex", new AuditQuery { Limit = 1000 })).Events.Where(e => e.Entry.Result == AuditResult.Denied).Select(e => e.Entry.Type)
            .ShouldBe(["execution.start", "execution.terminate", "execution.signal", "execution.read"], ignoreOrder: true);
    }

    private Task<ServiceProcess> StartGatewayAsync(Mandate.Acceptance.Tests.Support.TemporaryDirectory directory, string address) => ServiceProcess.GatewayAsync(
        directory,
        _clusterListener.Address,
        new Dictionary<string, string>(_identities.Settings)
        {
            ["MANDATE_DATADIRECTORY"] = directory.File("data"),
            ["MANDATE_GRPC__ADDRESS"] = address,
            ["MANDATE_IDENTITY__KEYFILE"] = _directory.File("principal-keys.json"),
            ["MANDATE_GATEWAY__TOKENKEYFILE"] = _directory.File("token-keys.json"),
        });

    private TypeScriptClient Client(ServiceProcess gateway, string token) => TypeScriptClient.On(typeScript, gateway.Grpc, apiKey: token);

    private async Task<IReadOnlyList<HistoryEvent>> HistoryAsync(string id) => (await _cluster.Handler.CallAsync<GetWorkflowExecutionHistoryResponse>(
        new GetWorkflowExecutionHistoryRequest { Namespace = "default", Execution = new() { WorkflowId = id } })).History.Events;

    private static string? Read(Header? header, string name) =>
        header is not null && header.Fields.TryGetValue(name, out var payload) ? (string?)DataConverter.Default.PayloadConverter.ToValue(payload, typeof(string)) : null;
}
