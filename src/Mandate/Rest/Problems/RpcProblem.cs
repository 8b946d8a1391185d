using Mandate.Gateway;
using Mandate.Protocol;

namespace Mandate.Rest.Problems;

/// <summary>What a refusal by the engine or the cluster means to a caller of the REST API. The engine's own text stays inside.</summary>
internal static class RpcProblem
{
    public static ProblemException Of(RpcException error) => GatewayRefusal.ReasonOf(error) is { } reason ? OfPipeline(error, reason) : OfEngine(error);

    /// <summary>The stages in front of the engine refused it.</summary>
    private static ProblemException OfPipeline(RpcException error, string reason) => error.Code switch
    {
        RpcStatusCode.NotFound => new(ProblemKind.NotFound, "There is no such execution.", reason, error),
        RpcStatusCode.PermissionDenied when reason == GatewayRefusal.WorkflowIdOfAnotherTenant =>
            new(ProblemKind.AlreadyExists, "This workflow id cannot be used. Choose another, or leave it out to have one made.", reason, error),
        RpcStatusCode.PermissionDenied => new(ProblemKind.Forbidden, "The policy of this service does not allow this.", reason, error),
        _ => OfEngine(error),
    };

    private static ProblemException OfEngine(RpcException error) => error.Code switch
    {
        RpcStatusCode.NotFound => new(ProblemKind.NotFound, "There is no such execution.", "not-found", error),
        RpcStatusCode.AlreadyExists => new(ProblemKind.AlreadyExists, "An execution with this workflow id is running. Choose another id, or wait for its end.", "already-exists", error),
        RpcStatusCode.InvalidArgument or RpcStatusCode.OutOfRange => new(ProblemKind.InvalidRequest, "The engine does not accept these values.", "engine-invalid-argument", error),
        RpcStatusCode.ResourceExhausted => new(ProblemKind.Busy, "The engine is at a limit. Try again later.", "engine-resource-exhausted", error),
        RpcStatusCode.PermissionDenied or RpcStatusCode.Unauthenticated =>
            new(ProblemKind.EngineUnavailable, "The cluster does not let this service in. The operator finds the cause in the log.", "engine-denied", error),
        RpcStatusCode.DeadlineExceeded => new(ProblemKind.EngineTimeout, "The engine did not answer in time. Whether the action happened is not known: look before you try again.", "engine-timeout", error),
        RpcStatusCode.Unavailable or RpcStatusCode.Aborted or RpcStatusCode.Cancelled =>
            new(ProblemKind.EngineUnavailable, "The engine cannot be reached now. Try again.", "engine-unavailable", error),
        _ => new(ProblemKind.Internal, "The engine failed. The operator finds the cause in the log, under this trace id.", "engine-failed", error),
    };
}
