using Google.Protobuf;
using Mandate.Protocol;
using Mandate.Protocol.Api.ErrorDetails.V1;

namespace Mandate.Gateway.Calls;

/// <summary>The answers to calls that are refused. What is another tenant's is answered in the words of an engine that does not have it.</summary>
internal static class Refusals
{
    private const string ReasonKey = "mandate.reason";

    /// <summary>A refusal with the short code the ledger holds.</summary>
    public static RpcException Create(RpcStatusCode code, string message, string reason, params IReadOnlyList<IMessage> details)
    {
        var error = new RpcException(code, message, details);
        error.Data[ReasonKey] = reason;
        return error;
    }

    /// <summary>The code of a refusal; null for an error that came from the engine.</summary>
    public static string? ReasonOf(RpcException error) => error.Data[ReasonKey] as string;

    public static RpcException Denied(string message, string reason) => Create(RpcStatusCode.PermissionDenied, message, reason);

    /// <summary>As <c>EmbeddedEngine</c> says it of an id that was never used.</summary>
    public static RpcException RunNotFound(string workflowId, string runId, string reason) => Create(
        RpcStatusCode.NotFound,
        runId.Length == 0 ? $"There is no workflow with the id '{Shorten(workflowId)}'." : $"Workflow '{Shorten(workflowId)}' has no run '{Shorten(runId)}'.",
        reason,
        new NotFoundFailure());

    public static RpcException NamespaceNotFound(string name) => Create(
        RpcStatusCode.NotFound,
        $"Namespace '{Shorten(name)}' does not exist. Register it, or name it in the engine's options.",
        "namespace-of-another-tenant",
        new NamespaceNotFoundFailure { Namespace = name });

    private static string Shorten(string text) => text.Length <= 100 ? text : $"{text.AsSpan(0, 100)}…";
}
