using Mandate.Engine.History;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>A run's events from the last to the first, in pages.</summary>
internal sealed class GetWorkflowExecutionHistoryReverse(EngineCore core) : Endpoint<GetWorkflowExecutionHistoryReverseRequest, GetWorkflowExecutionHistoryReverseResponse>(core)
{
    protected override async Task<GetWorkflowExecutionHistoryReverseResponse> HandleAsync(GetWorkflowExecutionHistoryReverseRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        var (workflowId, runId) = Executions.Of(request.Execution, Limits);
        var token = PageTokens.Parse(request.NextPageToken);
        var size = request.MaximumPageSize is > 0 and < DefaultPage ? request.MaximumPageSize : DefaultPage;
        var (slice, from, run) = await Core.Chains.ChangeAsync(ns, workflowId, transaction =>
        {
            var open = transaction.Open(token?.RunId ?? runId);
            var to = token is null ? open.State.LastEventId : Math.Min(token.NextEventId, open.State.LastEventId);
            var first = Math.Max(1, to - size + 1);
            return (HistorySlice.Take(open.Run, first, to), first, open.State.RunId);
        }).ConfigureAwait(false);
        var response = new GetWorkflowExecutionHistoryReverseResponse { History = new() };
        response.History.Events.AddRange(slice.All(Core).Reverse());
        if (from > 1)
            response.NextPageToken = PageTokens.Create(run, from - 1, wait: false);
        return response;
    }

    private const int DefaultPage = 200;
}
