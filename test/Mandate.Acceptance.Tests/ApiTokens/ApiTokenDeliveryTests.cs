using System.Text;
using Mandate.Audit;
using Mandate.Audit.Recording;
using Mandate.Credentials.Vault;
using Mandate.Engine;
using Mandate.Executions;
using Mandate.Gateway;
using Mandate.Identity;
using Mandate.Identity.Keys;
using Mandate.Protocol;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Stateful;
using TemporaryDirectory = Mandate.Acceptance.Tests.Support.TemporaryDirectory;

namespace Mandate.Acceptance.Tests.ApiTokens;

/// <summary>How a workflow is told of its token that has as many updates waiting for a worker as it may.</summary>
public sealed class ApiTokenDeliveryTests : IAsyncLifetime, IDisposable
{
    private static readonly Caller Alice = new() { Subject = "alice", Kind = CallerKind.User, Principal = new("alice", "acme"), Scopes = [StatefulNames.RotateScope], CredentialId = "token:alice" };

    private readonly TemporaryDirectory _directory = new();
    private EmbeddedEngine _engine = null!;
    private AuditLedger _ledger = null!;
    private SigningKeyRing _keys = null!;
    private GatewayPipeline _pipeline = null!;
    private CallerConnection _callers = null!;
    private ApiTokenDelivery _delivery = null!;

    public async Task InitializeAsync()
    {
        // None may wait: each is refused as the eleventh is where ten may.
        _engine = await EmbeddedEngine.StartAsync(new() { DataDirectory = _directory.File("engine"), Limits = new() { MaxUpdatesInFlight = 0 } });
        _ledger = await AuditLedger.OpenAsync(new() { Path = _directory.File("ledger.db") });
        _keys = await SigningKeyRing.OpenAsync(_directory.File("keys.json"));
        _pipeline = await GatewayPipeline.StartAsync(_engine.Handler, new()
        {
            Authenticator = new Nobody(), Recorder = new(_ledger, new()), Signer = new(_keys), Verifier = new(_keys), TokenKeyFile = _directory.File("token-keys.json"),
        });
        await _pipeline.PrepareNamespaceAsync("default");
        var connection = new WorkflowConnection(_engine.Handler, "default", "embedded engine");
        _callers = new(connection, _pipeline);
        _delivery = new(_callers, connection);
        await _callers.CallAsync<StartWorkflowExecutionResponse>(
            Alice,
            new StartWorkflowExecutionRequest
            {
                Namespace = "default", WorkflowId = "order", WorkflowType = new() { Name = "Order" }, TaskQueue = new() { Name = "nobody" }, RequestId = Guid.NewGuid().ToString(),
            },
            CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        await _engine.DisposeAsync();
        await _ledger.DisposeAsync();
    }

    public void Dispose()
    {
        _keys.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Tell_MoreUpdatesThanMayWait_ReachesTheWorkflowByTheSignal()
    {
        for (var epoch = 1; epoch <= 3; epoch++)
            (await _delivery.TellAsync(Alice, "order", ApiTokenRotation.To(new("order", epoch, "00ff")))).ShouldBeNull();

        var signals = (await HistoryAsync()).Select(e => e.WorkflowExecutionSignaledEventAttributes).OfType<WorkflowExecutionSignaledEventAttributes>().ToList();
        signals.Select(s => s.SignalName).ShouldBe([StatefulNames.ApiToken, StatefulNames.ApiToken, StatefulNames.ApiToken]);
        Encoding.UTF8.GetString(signals[^1].Input.Payloads_[0].Data.Span).ShouldContain("\"epoch\":3");
    }

    [Fact]
    public async Task Tell_OfASourceAndMoreUpdatesThanMayWait_IsRefused()
    {
        (await Should.ThrowAsync<RpcException>(() => _delivery.TellAsync(Alice, "order", ApiTokenRotation.From("crm")))).Code.ShouldBe(RpcStatusCode.ResourceExhausted);

        (await HistoryAsync()).ShouldAllBe(e => e.WorkflowExecutionSignaledEventAttributes == null);
    }

    private async Task<IReadOnlyList<HistoryEvent>> HistoryAsync() => (await _engine.Handler.CallAsync<GetWorkflowExecutionHistoryResponse>(
        new GetWorkflowExecutionHistoryRequest { Namespace = "default", Execution = new() { WorkflowId = "order" } })).History.Events;

    private sealed class Nobody : ICallerAuthenticator
    {
        public ValueTask<CallerVerdict> AuthenticateAsync(CallerCredentials credentials, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
