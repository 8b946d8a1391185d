using System.Text.Json.Nodes;
using Google.Protobuf;
using Mandate.Audit;
using Mandate.Audit.Recording;
using Mandate.Credentials.Vault;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;
using Mandate.Stateful.Sealing;
using Principal = Mandate.Identity.Principal;

namespace Mandate.Stateful.Tests.Harness;

/// <summary>The stage that seals tokens in front of a tree's engine, and requests as the stages before it have stamped them.</summary>
internal sealed class SealedEngine(TreeFixture tree, AllowedHosts? defaultHosts = null)
{
    private readonly ApiTokenStage _stage = new(new()
    {
        Vault = tree.Vault, Verifier = tree.Verifier, Engine = tree.Engine, Recorder = new AuditRecorder(tree.Ledger, new()), DefaultHosts = defaultHosts ?? AllowedHosts.None,
        LoggerFactory = tree.Loggers,
    });

    /// <summary>What came through the stage, in order.</summary>
    public List<IMessage> Sent { get; } = [];

    /// <summary>What stands behind the stage: the engine unless set.</summary>
    public RpcHandler? Behind { get; set; }

    public async Task<TResponse> CallAsync<TResponse>(IMessage request)
        where TResponse : IMessage => (TResponse)await _stage.Wrap(call =>
        {
            lock (Sent)
                Sent.Add(call.Request);
            return (Behind ?? tree.Engine)(call);
        })(new RpcCall(request));

    /// <summary>Answers a workflow task; nothing of it reaches the engine. The commands as they came through.</summary>
    public async Task<IReadOnlyList<Command>> CommandAsync(string workflowId, params Command[] commands)
    {
        Behind = _ => Task.FromResult<IMessage>(new RespondWorkflowTaskCompletedResponse());
        await CallAsync<RespondWorkflowTaskCompletedResponse>(new RespondWorkflowTaskCompletedRequest { Namespace = "default", ResourceId = workflowId, Commands = { commands } });
        return ((RespondWorkflowTaskCompletedRequest)Sent[^1]).Commands;
    }

    public StartWorkflowExecutionRequest Start(string workflowId, string json, Principal? principal = null) => new()
    {
        Namespace = "default",
        WorkflowId = workflowId,
        WorkflowType = new() { Name = "NodeWorkflow" },
        TaskQueue = new() { Name = "nobody" },
        RequestId = Guid.NewGuid().ToString(),
        Header = Stamp(principal ?? TreeFixture.Alice, workflowId),
        Input = Json(json),
    };

    public SignalWithStartWorkflowExecutionRequest SignalWithStart(string workflowId, string signalJson, string startJson = "{}", Principal? principal = null)
    {
        var header = Stamp(principal ?? TreeFixture.Alice, workflowId);
        header.Fields[IdentityHeaders.Actor] = Statement(principal ?? TreeFixture.Alice, workflowId, WorkflowMessageKind.Signal, StatefulNames.ApiToken);
        return new()
        {
            Namespace = "default",
            WorkflowId = workflowId,
            WorkflowType = new() { Name = "NodeWorkflow" },
            TaskQueue = new() { Name = "nobody" },
            RequestId = Guid.NewGuid().ToString(),
            Header = header,
            Input = Json(startJson),
            SignalName = StatefulNames.ApiToken,
            SignalInput = Json(signalJson),
        };
    }

    public SignalWorkflowExecutionRequest Signal(string workflowId, params Payload[] arguments) => new()
    {
        Namespace = "default",
        WorkflowExecution = new() { WorkflowId = workflowId },
        SignalName = StatefulNames.ApiToken,
        Header = new() { Fields = { [IdentityHeaders.Actor] = Statement(TreeFixture.Alice, workflowId, WorkflowMessageKind.Signal, StatefulNames.ApiToken) } },
        Input = new() { Payloads_ = { arguments } },
    };

    public UpdateWorkflowExecutionRequest Update(string workflowId, params Payload[] arguments) => new()
    {
        Namespace = "default",
        WorkflowExecution = new() { WorkflowId = workflowId },
        WaitPolicy = new() { LifecycleStage = UpdateWorkflowExecutionLifecycleStage.Completed },
        Request = new()
        {
            Meta = new() { UpdateId = Guid.NewGuid().ToString() },
            Input = new()
            {
                Name = StatefulNames.RotateApiToken,
                Header = new() { Fields = { [IdentityHeaders.Actor] = Statement(TreeFixture.Alice, workflowId, WorkflowMessageKind.Update, StatefulNames.RotateApiToken) } },
                Args = new() { Payloads_ = { arguments } },
            },
        },
    };

    public Command ChildStart(string workflowId, string json) => new()
    {
        CommandType = CommandType.StartChildWorkflowExecution,
        StartChildWorkflowExecutionCommandAttributes = new() { WorkflowId = workflowId, Input = Json(json), Header = Stamp(TreeFixture.Alice, "root") },
    };

    public Command ExternalSignal(WorkflowSender sender, string target, string json) => new()
    {
        CommandType = CommandType.SignalExternalWorkflowExecution,
        SignalExternalWorkflowExecutionCommandAttributes = new()
        {
            Execution = new() { WorkflowId = target },
            SignalName = StatefulNames.ApiToken,
            Input = Json(json),
            Header = new()
            {
                Fields =
                {
                    [IdentityHeaders.Actor] = DataConverter.Default.PayloadConverter.ToPayload(
                        tree.Signer.SignActor(TreeFixture.Alice, sender, "default", target, WorkflowMessageKind.Signal, StatefulNames.ApiToken)),
                },
            },
        },
    };

    public Task TerminateAsync(string workflowId) => tree.Engine(new RpcCall(new TerminateWorkflowExecutionRequest { Namespace = "default", WorkflowExecution = new() { WorkflowId = workflowId } }));

    /// <summary>What a run was started with: its first argument, as the engine has it.</summary>
    public async Task<JsonNode> InputOfAsync(string workflowId, string runId = "")
    {
        var history = (GetWorkflowExecutionHistoryResponse)await tree.Engine(new RpcCall(
            new GetWorkflowExecutionHistoryRequest { Namespace = "default", Execution = new() { WorkflowId = workflowId, RunId = runId }, MaximumPageSize = 1 }));
        return Argument(history.History.Events[0].WorkflowExecutionStartedEventAttributes.Input)!;
    }

    /// <summary>The first argument of the last signal that a run was sent, as the engine has it.</summary>
    public async Task<JsonNode?> SignalOfAsync(string workflowId)
    {
        var history = (GetWorkflowExecutionHistoryResponse)await tree.Engine(new RpcCall(new GetWorkflowExecutionHistoryRequest { Namespace = "default", Execution = new() { WorkflowId = workflowId } }));
        return Argument(history.History.Events.Last(e => e.WorkflowExecutionSignaledEventAttributes is not null).WorkflowExecutionSignaledEventAttributes.Input);
    }

    public async Task<string> RedeemAsync(CredentialOwner owner, CredentialReference reference, string target = "https://api.example.com") =>
        (await tree.Vault.RedeemAsync(owner, reference, new Uri(target))).Value.Reveal();

    public async Task<IReadOnlyList<AuditEntry>> RecordedAsync(AuditResult result) =>
        [.. (await tree.Ledger.QueryAsync("acme", new() { Type = "api-token.set", Limit = 100 })).Events.Select(e => e.Entry).Where(e => e.Result == result)];

    public static CredentialReference Reference(JsonNode? value) => new(value!["name"]!.GetValue<string>(), value["epoch"]!.GetValue<long>(), value["fingerprint"]!.GetValue<string>());

    public static JsonNode? Argument(Payloads input) => JsonNode.Parse(input.Payloads_[0].Data.Span);

    public static Payloads Json(string json) => new() { Payloads_ = { Encoded("json/plain", json) } };

    public static Payload Encoded(string encoding, string data) => new() { Metadata = { ["encoding"] = ByteString.CopyFromUtf8(encoding) }, Data = ByteString.CopyFromUtf8(data) };

    private Header Stamp(Principal principal, string root) => new() { Fields = { [IdentityHeaders.Principal] = DataConverter.Default.PayloadConverter.ToPayload(tree.Signer.SignPrincipal(principal, "default", root)) } };

    private Payload Statement(Principal sender, string workflowId, WorkflowMessageKind kind, string name) =>
        DataConverter.Default.PayloadConverter.ToPayload(tree.Signer.SignActor(sender, "default", workflowId, kind, name));
}
