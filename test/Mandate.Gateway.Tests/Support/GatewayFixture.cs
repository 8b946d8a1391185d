using Google.Protobuf;
using Mandate.Audit;
using Mandate.Audit.Recording;
using Mandate.Engine;
using Mandate.Identity.Keys;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Gateway.Tests.Support;

/// <summary>An engine with the pipeline in front of it, and short ways to call it as this one or that.</summary>
internal sealed class GatewayFixture : IAsyncDisposable
{
    public const string Namespace = "default";
    public const string Queue = "orders";

    private readonly TemporaryDirectory _directory = new();
    private readonly TableAuthenticator _authenticator = new();
    private SigningKeyRing _keys = null!;
    private AuditRecorder _recorder = null!;

    public EmbeddedEngine Engine { get; private set; } = null!;

    public AuditLedger Ledger { get; private set; } = null!;

    public GatewayPipeline Pipeline { get; private set; } = null!;

    public GatewayOptions Options { get; private set; } = null!;

    public PrincipalSigner Signer { get; private set; } = null!;

    public PrincipalVerifier Verifier { get; private set; } = null!;

    public RecordingLoggers Loggers { get; } = new();

    public static async Task<GatewayFixture> StartAsync(Func<GatewayFixture, GatewayOptions, GatewayOptions>? configure = null)
    {
        var fixture = new GatewayFixture();
        fixture.Engine = await EmbeddedEngine.StartAsync(new EngineOptions { DataDirectory = fixture._directory.File("engine"), Namespaces = [Namespace, "other", "acme-own"] });
        fixture.Ledger = await AuditLedger.OpenAsync(new AuditLedgerOptions { Path = fixture._directory.File("ledger.db") });
        fixture._recorder = new(fixture.Ledger, new());
        fixture._keys = await SigningKeyRing.OpenAsync(fixture._directory.File("keys.json"));
        fixture.Signer = new(fixture._keys);
        fixture.Verifier = new(fixture._keys);
        var options = new GatewayOptions
        {
            Authenticator = fixture._authenticator, Recorder = fixture._recorder, Signer = fixture.Signer, Verifier = fixture.Verifier,
            TokenKeyFile = fixture.File("token-keys.json"), LoggerFactory = fixture.Loggers,
        };
        fixture.Options = configure?.Invoke(fixture, options) ?? options;
        fixture.Pipeline = await GatewayPipeline.StartAsync(fixture.Engine.Handler, fixture.Options);
        await fixture.Pipeline.PrepareNamespaceAsync(Namespace);
        await fixture.Pipeline.PrepareNamespaceAsync("acme-own");
        return fixture;
    }

    public string File(string name) => _directory.File(name);

    /// <summary>Calls as somebody from outside, with a token.</summary>
    public async Task<T> CallAsync<T>(Caller caller, IMessage request, RpcMetadata? metadata = null, CancellationToken cancellation = default)
        where T : class, IMessage
    {
        var call = new RpcCall(request, cancellation) { Metadata = (metadata ?? RpcMetadata.Empty).With("authorization", $"Bearer {_authenticator.Add(caller)}"), Peer = "10.1.2.3:4567" };
        return (T)await Pipeline.Handler(call).WithinLimit();
    }

    /// <summary>Calls and is refused.</summary>
    public async Task<RpcException> RefusedAsync(Caller caller, IMessage request, RpcMetadata? metadata = null) =>
        await Should.ThrowAsync<RpcException>(() => CallAsync<IMessage>(caller, request, metadata));

    public static StartWorkflowExecutionRequest StartRequest(string id, string queue = Queue, string type = "Order") => new()
    {
        Namespace = Namespace, WorkflowId = id, WorkflowType = new() { Name = type }, TaskQueue = new() { Name = queue }, RequestId = Guid.NewGuid().ToString(), Identity = "client",
    };

    public async Task<string> StartAsync(Caller caller, string id, Action<StartWorkflowExecutionRequest>? change = null)
    {
        var request = StartRequest(id);
        change?.Invoke(request);
        return (await CallAsync<StartWorkflowExecutionResponse>(caller, request)).RunId;
    }

    public Task<PollWorkflowTaskQueueResponse> PollAsync(Caller caller, string queue = Queue, string @namespace = Namespace) => CallAsync<PollWorkflowTaskQueueResponse>(
        caller, new PollWorkflowTaskQueueRequest { Namespace = @namespace, TaskQueue = new() { Name = queue }, Identity = "worker" });

    public Task<PollActivityTaskQueueResponse> PollActivityAsync(Caller caller, string queue = Queue) => CallAsync<PollActivityTaskQueueResponse>(
        caller, new PollActivityTaskQueueRequest { Namespace = Namespace, TaskQueue = new() { Name = queue }, Identity = "worker" });

    public static RespondWorkflowTaskCompletedRequest Completion(PollWorkflowTaskQueueResponse task, params Command[] commands) => new()
    {
        TaskToken = task.TaskToken, Namespace = Namespace, Identity = "worker", Commands = { commands },
    };

    public Task CompleteAsync(Caller caller, PollWorkflowTaskQueueResponse task, params Command[] commands) =>
        CallAsync<RespondWorkflowTaskCompletedResponse>(caller, Completion(task, commands));

    /// <summary>A run's events, read past the pipeline.</summary>
    public async Task<IReadOnlyList<HistoryEvent>> HistoryAsync(string id, string runId = "") => (await Engine.Handler.CallAsync<GetWorkflowExecutionHistoryResponse>(
        new GetWorkflowExecutionHistoryRequest { Namespace = Namespace, Execution = new() { WorkflowId = id, RunId = runId } })).History.Events;

    public async Task<bool> ExistsAsync(string id)
    {
        try
        {
            await HistoryAsync(id);
            return true;
        }
        catch (RpcException e) when (e.Code == RpcStatusCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>A tenant's events, oldest first.</summary>
    public async Task<IReadOnlyList<AuditEntry>> AuditAsync(string tenant)
    {
        var entries = new List<AuditEntry>();
        string? cursor = null;
        do
        {
            var page = await Ledger.QueryAsync(tenant, new AuditQuery { OldestFirst = true, Limit = AuditQuery.MaximumLimit, Cursor = cursor });
            entries.AddRange(page.Events.Select(e => e.Entry));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return entries;
    }

    /// <summary>The last denial in a tenant's ledger.</summary>
    public async Task<AuditEntry> LastDenialAsync(string tenant) => (await AuditAsync(tenant)).Last(e => e.Result == AuditResult.Denied);

    public static Payload Text(string text) => DataConverter.Default.PayloadConverter.ToPayload(text);

    public static Header HeaderOf(string name, string text) => new() { Fields = { [name] = Text(text) } };

    /// <summary>The text of a header.</summary>
    public static string? Read(Header? header, string name) =>
        header is not null && header.Fields.TryGetValue(name, out var payload) ? (string?)DataConverter.Default.PayloadConverter.ToValue(payload, typeof(string)) : null;

    public static Command Complete() => new() { CommandType = CommandType.CompleteWorkflowExecution, CompleteWorkflowExecutionCommandAttributes = new() };

    public static Command Activity(Header? header = null, string queue = Queue) => new()
    {
        CommandType = CommandType.ScheduleActivityTask,
        ScheduleActivityTaskCommandAttributes = new()
        {
            ActivityId = "1", ActivityType = new() { Name = "Charge" }, TaskQueue = new() { Name = queue }, Header = header,
            StartToCloseTimeout = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromMinutes(1)),
        },
    };

    public static Command Child(string id, Header? header = null, string queue = "children") => new()
    {
        CommandType = CommandType.StartChildWorkflowExecution,
        StartChildWorkflowExecutionCommandAttributes = new() { WorkflowId = id, WorkflowType = new() { Name = "Shipment" }, TaskQueue = new() { Name = queue }, Header = header },
    };

    public static Command ContinueAsNew(Header? header = null) => new()
    {
        CommandType = CommandType.ContinueAsNewWorkflowExecution,
        ContinueAsNewWorkflowExecutionCommandAttributes = new() { WorkflowType = new() { Name = "Order" }, TaskQueue = new() { Name = Queue }, Header = header },
    };

    public static Command SignalOther(string id, Header? header = null) => new()
    {
        CommandType = CommandType.SignalExternalWorkflowExecution,
        SignalExternalWorkflowExecutionCommandAttributes = new() { Namespace = Namespace, Execution = new() { WorkflowId = id }, SignalName = "poke", Header = header },
    };

    public static Command CancelOther(string id) => new()
    {
        CommandType = CommandType.RequestCancelExternalWorkflowExecution,
        RequestCancelExternalWorkflowExecutionCommandAttributes = new() { Namespace = Namespace, WorkflowId = id },
    };

    public async ValueTask DisposeAsync()
    {
        await Pipeline.DisposeAsync();
        await Engine.DisposeAsync();
        await _recorder.DisposeAsync();
        await Ledger.DisposeAsync();
        _keys.Dispose();
        _directory.Dispose();
    }
}
