using Google.Protobuf;
using Mandate.Engine.Matching;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.History;

/// <summary>A query on its way as a task of its own. To the worker that has the run cached it goes without history.</summary>
internal sealed class QueryTaskItem(EngineCore core, Run run, PendingQuery query, bool sticky) : QueuedTask
{
    /// <summary>True once a worker has it.</summary>
    public bool IsTaken { get; private set; }

    public override async Task<IMessage?> TakeAsync(Poller poller)
    {
        if (query.IsAnswered)
            return null;
        var (response, slice) = await core.Chains.ChangeAsync(run.Namespace, run.WorkflowId, Prepare).ConfigureAwait(false);
        if (response is null)
            return null;
        IsTaken = true;
        response.History = new();
        if (slice is not null)
        {
            var page = slice.FirstPage(core);
            response.History = page.History;
            response.NextPageToken = page.NextPageToken;
        }

        return response;
    }

    private (PollWorkflowTaskQueueResponse? Response, HistorySlice? History) Prepare(ChainTransaction transaction)
    {
        if (transaction.TryOpen(run.RunId) is not { } open || open.Run.Queries.FindDirect(query.Id) is null)
            return (null, null);
        var state = open.State;
        return (
            new()
            {
                TaskToken = TaskTokens.ForQuery(open.Run, query),
                WorkflowExecution = new() { WorkflowId = state.WorkflowId, RunId = state.RunId },
                WorkflowType = state.Started.WorkflowType,
                PreviousStartedEventId = state.PreviousStartedId,
                StartedEventId = 0,
                Query = query.Query,
                WorkflowExecutionTaskQueue = new() { Name = state.TaskQueue, Kind = TaskQueueKind.Normal },
            },
            sticky ? null : HistorySlice.Take(open.Run, 1, state.LastEventId));
    }
}
