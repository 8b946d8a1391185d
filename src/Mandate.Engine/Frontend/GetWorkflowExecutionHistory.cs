using Google.Protobuf;
using Mandate.Engine.History;
using Mandate.Engine.Storage.Records;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>
/// A run's events, in pages. With <c>wait_new_event</c> the call waits for news: for the next event, or, with the close filter, for the run's end, which it then answers with
/// that one event. After the long-poll time it answers no events and a token to ask again with.
/// </summary>
internal sealed class GetWorkflowExecutionHistory(EngineCore core) : Endpoint<GetWorkflowExecutionHistoryRequest, GetWorkflowExecutionHistoryResponse>(core)
{
    protected override async Task<GetWorkflowExecutionHistoryResponse> HandleAsync(GetWorkflowExecutionHistoryRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        var (workflowId, runId) = Executions.Of(request.Execution, Limits);
        var token = PageTokens.Parse(request.NextPageToken);
        if (token is not null)
        {
            Check.That(runId.Length == 0 || runId == token.RunId, "The page token belongs to another run.");
            runId = token.RunId;
        }

        var onlyClose = request.HistoryEventFilterType == HistoryEventFilterType.CloseEvent;
        var from = Math.Max(token?.NextEventId ?? 1, 1);
        var wait = token is { LastEventId: 0 } ? token.Wait : request.WaitNewEvent;
        var end = Core.Now + Core.Options.LongPollTimeout;
        while (true)
        {
            var look = await Core.Chains.ChangeAsync(ns, workflowId, transaction => Look(transaction.Open(runId), from, token, onlyClose, wait)).ConfigureAwait(false);
            runId = look.RunId;
            if (look.Slice is { } slice)
                return Answer(slice.FirstPage(Core, PageSize(request)), look, onlyClose, wait);
            try
            {
                var left = end - Core.Now;
                if (!wait || left <= TimeSpan.Zero)
                    return Nothing(look.RunId, from, wait);
                await look.Signal.WaitAsync(look.Changed, left, Core.Options.TimeProvider, call.Cancellation).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                return Nothing(look.RunId, from, wait);
            }
            finally
            {
                look.AwaitedRun?.EndResultWait();
            }
        }
    }

    private static int PageSize(GetWorkflowExecutionHistoryRequest request) => request.MaximumPageSize > 0 ? request.MaximumPageSize : int.MaxValue;

    private static Sight Look(RunTransaction run, long from, PageToken? token, bool onlyClose, bool wait)
    {
        var state = run.State;
        var signal = run.Run.Changed;
        var changed = signal.Next;
        if (onlyClose && !state.IsOpen)
            return new(state.RunId, HistorySlice.Take(run.Run, state.LastEventId, state.LastEventId), false, state.LastEventId, signal, changed);
        if (onlyClose)
        {
            if (wait)
                run.Run.BeginResultWait();
            return new(state.RunId, null, true, state.LastEventId, signal, changed) { AwaitedRun = wait ? run.Run : null };
        }

        // A worker's pages end where its task does, and may carry events that are not written yet.
        if (token is { LastEventId: > 0 })
            return new(state.RunId, HistorySlice.Take(run.Run, from, token.LastEventId, PageTokens.Suffix(token)), false, token.LastEventId, signal, changed);
        if (from > state.LastEventId && state.IsOpen)
            return new(state.RunId, null, true, state.LastEventId, signal, changed);
        return new(state.RunId, HistorySlice.Take(run.Run, from, state.LastEventId), state.IsOpen, state.LastEventId, signal, changed);
    }

    private static GetWorkflowExecutionHistoryResponse Answer(HistoryPage page, Sight look, bool onlyClose, bool wait)
    {
        var response = new GetWorkflowExecutionHistoryResponse { History = page.History, NextPageToken = page.NextPageToken };
        if (onlyClose || page.NextPageToken.IsEmpty == false)
        {
            // More of the same range follows; a caller that waits goes on waiting after it.
            if (!onlyClose && wait && page.History.Events.Count > 0)
                response.NextPageToken = PageTokens.Create(look.RunId, page.History.Events[^1].EventId + 1, wait);
            return response;
        }

        if (wait && look.IsOpen)
            response.NextPageToken = PageTokens.Create(look.RunId, look.LastEventId + 1, wait);
        return response;
    }

    private static GetWorkflowExecutionHistoryResponse Nothing(string runId, long from, bool wait) => new()
    {
        History = new(),
        NextPageToken = wait ? PageTokens.Create(runId, from, wait) : ByteString.Empty,
    };

    private sealed record Sight(string RunId, HistorySlice? Slice, bool IsOpen, long LastEventId, RunSignal Signal, Task Changed)
    {
        /// <summary>The run whose end the caller begins to wait for.</summary>
        public Run? AwaitedRun { get; init; }
    }
}
