using Google.Protobuf;
using Mandate.Audit;
using Mandate.Hosting;
using Mandate.Protocol;
using Mandate.Protocol.Api.OperatorService.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Auditing;

/// <summary>
/// Records what clients of the gRPC listener do to executions (start, signal, cancel, terminate, delete), namespaces and search attributes. Workers' own calls are not decisions and
/// pass. The listener does not know its callers yet, so the actor is the client's own name for itself and the events stand in the system's ledger.
/// </summary>
internal sealed class GrpcAuditStage(AuditLedger ledger, LedgerHealth health)
{
    private const int LongestId = 1_000;

    public RpcHandler Wrap(RpcHandler next) => async call =>
    {
        if (Describe(call.Request) is not { } action)
            return await next(call);

        // As at the REST edge: the request before it happens, the outcome before it is acknowledged.
        await AppendAsync(call, action with { Type = action.Type + ".requested" }, AuditResult.Success, []);
        IMessage answer;
        try
        {
            answer = await next(call);
        }
        catch (RpcException e)
        {
            await AppendAsync(call, action, AuditResult.Failure, new() { ["reason"] = e.Code.ToString() });
            throw;
        }

        await AppendAsync(call, action with { RunId = RunIdOf(answer) ?? action.RunId }, AuditResult.Success, []);
        return answer;
    };

    private static GrpcAction? Describe(IMessage request) => request switch
    {
        StartWorkflowExecutionRequest r => new("execution.start", "start", r.WorkflowId, "", r.Identity),
        SignalWithStartWorkflowExecutionRequest r => new("execution.start", "signal-with-start", r.WorkflowId, "", r.Identity),
        SignalWorkflowExecutionRequest r => new("execution.signal", "signal", r.WorkflowExecution?.WorkflowId ?? "", r.WorkflowExecution?.RunId ?? "", r.Identity),
        RequestCancelWorkflowExecutionRequest r => new("execution.cancel", "cancel", r.WorkflowExecution?.WorkflowId ?? "", r.WorkflowExecution?.RunId ?? "", r.Identity),
        TerminateWorkflowExecutionRequest r => new("execution.terminate", "terminate", r.WorkflowExecution?.WorkflowId ?? "", r.WorkflowExecution?.RunId ?? "", r.Identity),
        DeleteWorkflowExecutionRequest r => new("execution.delete", "delete", r.WorkflowExecution?.WorkflowId ?? "", r.WorkflowExecution?.RunId ?? "", ""),
        RegisterNamespaceRequest r => OnNamespace("namespace.register", "register", r.Namespace),
        UpdateNamespaceRequest r => OnNamespace("namespace.update", "update", r.Namespace),
        AddSearchAttributesRequest r => OnNamespace("search-attributes.add", "add", r.Namespace),
        RemoveSearchAttributesRequest r => OnNamespace("search-attributes.remove", "remove", r.Namespace),
        _ => null,
    };

    private static GrpcAction OnNamespace(string type, string action, string name) => new(type, action, name, "", "") { ResourceType = "namespace" };

    private static string? RunIdOf(IMessage answer) => answer switch
    {
        StartWorkflowExecutionResponse r => r.RunId,
        SignalWithStartWorkflowExecutionResponse r => r.RunId,
        _ => null,
    };

    private async Task AppendAsync(RpcCall call, GrpcAction action, AuditResult result, Dictionary<string, string> metadata)
    {
        try
        {
            var context = new Dictionary<string, string>(StringComparer.Ordinal) { ["request"] = call.Method.Name };
            if (action.RunId.Length > 0)
                context["runId"] = Shorten(action.RunId);
            await ledger.AppendAsync(
                new AuditEntry
                {
                    Tenant = AuditLedger.SystemTenant,
                    Type = action.Type,
                    Action = action.Action,
                    Result = result,
                    Resource = new(action.ResourceType, Shorten(action.ResourceId)),
                    Actor = new("grpc-client", Shorten(action.Identity), call.Peer ?? ""),
                    Context = context,
                    Metadata = metadata,
                },
                CancellationToken.None);
        }
        catch (AuditUnavailableException e)
        {
            health.Failed();
            throw new RpcException(RpcStatusCode.Unavailable, "The audit ledger cannot be written now, so the call is refused. Try again.", e);
        }
    }

    /// <summary>The engine refuses longer ids than these; the refusal is recorded all the same.</summary>
    private static string Shorten(string text) => text.Length <= LongestId ? text : text[..(char.IsHighSurrogate(text[LongestId - 1]) ? LongestId - 1 : LongestId)];
}
