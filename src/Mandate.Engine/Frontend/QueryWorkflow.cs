using Mandate.Engine.History;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.ErrorDetails.V1;
using Mandate.Protocol.Api.Query.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Asks a worker about a workflow's state. Nothing is recorded, and nothing is lost when the caller leaves.</summary>
internal sealed class QueryWorkflow(EngineCore core) : Endpoint<QueryWorkflowRequest, QueryWorkflowResponse>(core)
{
    /// <summary>A task that failed this often says that the workflow cannot make progress; a query would wait in vain.</summary>
    private const int FailingAttempts = 3;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    protected override async Task<QueryWorkflowResponse> HandleAsync(QueryWorkflowRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        var (workflowId, runId) = Executions.Of(request.Execution, Limits);
        Check.Name(request.Query?.QueryType, "query type", Limits);
        Check.Size(request.Query, "query", Limits);
        var (run, query, rejected) = await Core.Chains.ChangeAsync<(Run Run, PendingQuery? Query, QueryRejected? Rejected)>(ns, workflowId, transaction =>
        {
            var open = transaction.Open(runId);
            var status = open.State.Status;
            if (IsRejected(request.QueryRejectCondition, status))
                return (open.Run, null, new QueryRejected { Status = status });
            if (open.State.NextAttempt >= FailingAttempts)
                throw Errors.FailedPrecondition($"Workflow '{Errors.Shorten(workflowId)}' cannot be queried: its workflow task keeps failing. See its history for the cause.");
            return (open.Run, Core.Queries.Accept(open, request.Query!), null);
        }).ConfigureAwait(false);
        if (query is null)
            return new() { QueryRejected = rejected };

        WorkflowQueryResult result;
        try
        {
            var wait = call.Timeout is { } timeout && timeout < LongestWait ? timeout : LongestWait;
            result = await query.Answer.WaitAsync(wait, Core.Options.TimeProvider, call.Cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException error)
        {
            throw new RpcException(
                RpcStatusCode.DeadlineExceeded,
                $"No worker answered the query in time. Is one polling the task queue of workflow '{Errors.Shorten(workflowId)}'?",
                error);
        }
        finally
        {
            lock (run.Chain.Gate)
                run.Queries.Remove(query.Id);
        }

        if (result.ResultType == QueryResultType.Answered)
            return new() { QueryResult = result.Answer };
        throw new RpcException(
            RpcStatusCode.InvalidArgument,
            result.ErrorMessage.Length > 0 ? result.ErrorMessage : result.Failure?.Message ?? "The query failed.",
            new QueryFailedFailure { Failure = result.Failure });
    }

    private static bool IsRejected(QueryRejectCondition condition, WorkflowExecutionStatus status) => condition switch
    {
        QueryRejectCondition.NotOpen => status != WorkflowExecutionStatus.Running,
        QueryRejectCondition.NotCompletedCleanly => status is not (WorkflowExecutionStatus.Running or WorkflowExecutionStatus.Completed or WorkflowExecutionStatus.ContinuedAsNew),
        _ => false,
    };
}
