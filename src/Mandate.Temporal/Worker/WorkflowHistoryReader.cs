using Google.Protobuf;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Worker.Machine;

namespace Mandate.Temporal.Worker;

/// <summary>Gets the events a workflow task needs: those that came with it, further pages, or the whole history where what came does not follow on.</summary>
internal static class WorkflowHistoryReader
{
    /// <summary>Events, and whether they follow on the machine's.</summary>
    internal readonly record struct Result(IReadOnlyList<HistoryEvent> Events, bool FollowOn);

    /// <param name="context">The worker.</param>
    /// <param name="task">The task.</param>
    /// <param name="cached">The machine of the cached run, if any.</param>
    internal static async Task<Result> ReadAsync(WorkerContext context, PollWorkflowTaskQueueResponse task, WorkflowMachine? cached)
    {
        var given = task.History?.Events ?? [];

        // The last task the server saw completed has to be the last one the cached run went through.
        var follows = cached is not null &&
            cached.LastTaskStartedEventId == task.PreviousStartedEventId &&
            (given.Count == 0 || given[0].EventId <= cached.LastEventId + 1);
        if (follows || (given.Count > 0 && given[0].EventId == 1))
        {
            var events = task.NextPageToken.IsEmpty ? (IReadOnlyList<HistoryEvent>)given : await AppendPagesAsync(context, task, [.. given], task.NextPageToken).ConfigureAwait(false);
            return new(events, follows);
        }

        var whole = await AppendPagesAsync(context, task, [], ByteString.Empty).ConfigureAwait(false);
        if (task.StartedEventId > 0)
            whole.RemoveAll(e => e.EventId > task.StartedEventId);

        // Events of a task that is tried again are not in history yet: they come only with the task.
        var last = whole.Count > 0 ? whole[^1].EventId : 0;
        foreach (var e in given)
        {
            if (e.EventId == last + 1)
            {
                whole.Add(e);
                last++;
            }
        }

        return new(whole, FollowOn: false);
    }

    private static async Task<List<HistoryEvent>> AppendPagesAsync(WorkerContext context, PollWorkflowTaskQueueResponse task, List<HistoryEvent> events, ByteString token)
    {
        do
        {
            var page = await context.Calls.CallAsync<GetWorkflowExecutionHistoryResponse>(new GetWorkflowExecutionHistoryRequest
            {
                Namespace = context.Namespace,
                Execution = task.WorkflowExecution,
                NextPageToken = token,
            }).ConfigureAwait(false);
            if (context.DataConverter.Codec is { } codec)
                page = await PayloadVisitor.DecodeAsync(page, codec).ConfigureAwait(false);
            if (page.History is { } history)
                events.AddRange(history.Events);
            token = page.NextPageToken;
        }
        while (!token.IsEmpty);
        return events;
    }
}
