using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.ErrorDetails.V1;

namespace Mandate.Engine.Frontend;

/// <summary>The refusals callers get, in one voice.</summary>
internal static class Errors
{
    public static RpcException InvalidArgument(string message) => new(RpcStatusCode.InvalidArgument, message);

    public static RpcException NotFound(string message) => new(RpcStatusCode.NotFound, message, new NotFoundFailure());

    public static RpcException FailedPrecondition(string message) => new(RpcStatusCode.FailedPrecondition, message);

    public static RpcException NamespaceNotFound(string name) => new(
        RpcStatusCode.NotFound,
        $"Namespace '{name}' does not exist. Register it, or name it in the engine's options.",
        new NamespaceNotFoundFailure { Namespace = name });

    public static RpcException RunNotFound(string workflowId, string runId) => NotFound(
        runId.Length == 0
            ? $"There is no workflow with the id '{Shorten(workflowId)}'."
            : $"Workflow '{Shorten(workflowId)}' has no run '{Shorten(runId)}'.");

    public static RpcException RunClosed(string workflowId) => NotFound($"Workflow '{Shorten(workflowId)}' has completed already.");

    public static RpcException ShuttingDown() => new(RpcStatusCode.Unavailable, "The engine is shutting down.");

    public static RpcException StaleTask(string kind) => NotFound($"The {kind} task is not there any more: it was answered, timed out, or its workflow has ended.");

    public static RpcException Exhausted(string message, ResourceExhaustedCause cause) => new(
        RpcStatusCode.ResourceExhausted,
        message,
        new ResourceExhaustedFailure { Cause = cause, Scope = ResourceExhaustedScope.System });

    public static RpcException Store(EngineStoreException error) => error.Problem == EngineStoreProblem.Full
        ? new(
            RpcStatusCode.ResourceExhausted,
            error.Message,
            error,
            new ResourceExhaustedFailure { Cause = ResourceExhaustedCause.PersistenceStorageLimit, Scope = ResourceExhaustedScope.System })
        : new(RpcStatusCode.Unavailable, error.Message, error);

    /// <summary>Ids come from callers: an error repeats no more than the beginning.</summary>
    public static string Shorten(string text) => text.Length <= 100 ? text : $"{text.AsSpan(0, 100)}…";
}
