using Mandate.Engine.History;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Which run a request means.</summary>
internal static class Executions
{
    /// <summary>Workflow id and run id; an empty run id means the newest run.</summary>
    /// <exception cref="Mandate.Protocol.RpcException">INVALID_ARGUMENT.</exception>
    public static (string WorkflowId, string RunId) Of(WorkflowExecution? execution, EngineLimits limits)
    {
        Check.Name(execution?.WorkflowId, "workflow id", limits);
        return (execution!.WorkflowId, RunId(execution.RunId));
    }

    /// <exception cref="Mandate.Protocol.RpcException">INVALID_ARGUMENT.</exception>
    public static string RunId(string runId)
    {
        Check.That(runId.Length == 0 || Guid.TryParse(runId, out _), $"'{Errors.Shorten(runId)}' is no run id: run ids are UUIDs.");
        return runId;
    }

    /// <summary>A request may say which chain of continuations it means; the workflow id may have been taken by another since.</summary>
    /// <exception cref="Mandate.Protocol.RpcException">NOT_FOUND.</exception>
    public static void CheckChain(RunTransaction run, string firstRunId)
    {
        if (firstRunId.Length > 0 && run.State.Started.FirstExecutionRunId != firstRunId)
            throw Errors.RunNotFound(run.State.WorkflowId, firstRunId);
    }
}
