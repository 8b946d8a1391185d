using Mandate.Engine.History;
using Mandate.Protocol;
using Mandate.Protocol.Api.Query.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>A worker's answer to a query that came as a task of its own.</summary>
internal sealed class RespondQueryTaskCompleted(EngineCore core) : Endpoint<RespondQueryTaskCompletedRequest, RespondQueryTaskCompletedResponse>(core)
{
    protected override async Task<RespondQueryTaskCompletedResponse> HandleAsync(RespondQueryTaskCompletedRequest request, RpcCall call)
    {
        var token = TaskTokens.Parse(request.TaskToken);
        Check.That(token.QueryId.Length > 0, "The task token is not that of a query.");
        var ns = Core.Namespaces.Get(token.Namespace);
        var query = await Core.Chains.ChangeAsync(ns, token.WorkflowId, transaction =>
            transaction.TryOpen(token.RunId)?.Run.Queries.Remove(token.QueryId)).ConfigureAwait(false);
        if (query is null)
            throw Errors.StaleTask("query");
        var result = new WorkflowQueryResult
        {
            ResultType = request.CompletedType,
            Answer = request.QueryResult,
            ErrorMessage = request.ErrorMessage,
            Failure = request.Failure,
        };
        query.TryAnswer(OversizeFailure.Of(result, Limits) ?? result);
        return new();
    }
}
