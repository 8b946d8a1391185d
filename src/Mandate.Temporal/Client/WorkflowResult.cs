using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Failures;

namespace Mandate.Temporal.Client;

/// <summary>Waits for the event with which a run is closed, and goes on to the next run where there is one.</summary>
internal static class WorkflowResult
{
    internal static async Task<TResult> GetAsync<TResult>(WorkflowHandle handle, bool followRuns, RpcOptions? rpc)
    {
        var converter = handle.Client.Options.DataConverter;
        var cancellation = rpc?.CancellationToken ?? default;
        var runId = handle.ResultRunId;
        while (true)
        {
            var close = await WaitForCloseAsync(handle, runId, rpc).ConfigureAwait(false);
            var next = NextRun(close);
            if (next.Length > 0 && followRuns)
            {
                runId = next;
                continue;
            }

            switch (close.EventType)
            {
                case EventType.WorkflowExecutionCompleted:
                    return await ReadAsync<TResult>(converter, close.WorkflowExecutionCompletedEventAttributes.Result, cancellation).ConfigureAwait(false);
                case EventType.WorkflowExecutionFailed:
                    var failure = close.WorkflowExecutionFailedEventAttributes.Failure;
                    throw new WorkflowFailedException("The workflow failed.", await converter.ToExceptionAsync(failure, cancellation).ConfigureAwait(false));
                case EventType.WorkflowExecutionCanceled:
                    throw new WorkflowFailedException("The workflow was canceled.", new CanceledFailureException("Workflow canceled"));
                case EventType.WorkflowExecutionTerminated:
                    var terminated = close.WorkflowExecutionTerminatedEventAttributes;
                    throw new WorkflowFailedException(
                        "The workflow was terminated.",
                        new TerminatedFailureException(terminated.Reason.Length > 0 ? terminated.Reason : "Workflow terminated", identity: terminated.Identity));
                case EventType.WorkflowExecutionTimedOut:
                    throw new WorkflowFailedException("The workflow timed out.", new TimeoutFailureException("Workflow timed out", TimeoutType.StartToClose));
                case EventType.WorkflowExecutionContinuedAsNew:
                    throw new WorkflowContinuedAsNewException(close.WorkflowExecutionContinuedAsNewEventAttributes.NewExecutionRunId);
                default:
                    throw new InvalidOperationException($"Unexpected close event {close.EventType}");
            }
        }
    }

    private static async Task<HistoryEvent> WaitForCloseAsync(WorkflowHandle handle, string? runId, RpcOptions? rpc)
    {
        byte[]? token = null;
        while (true)
        {
            var page = await handle.Client.OutboundInterceptor.FetchWorkflowHistoryEventPageAsync(
                new(handle.Id, runId, PageSize: null, token, WaitNewEvent: true, HistoryEventFilterType.CloseEvent, SkipArchival: true, rpc)).ConfigureAwait(false);
            if (page.Events.Count > 0)
                return page.Events[^1];
            token = page.NextPageToken;
        }
    }

    private static string NextRun(HistoryEvent close) => close.EventType switch
    {
        EventType.WorkflowExecutionCompleted => close.WorkflowExecutionCompletedEventAttributes.NewExecutionRunId,
        EventType.WorkflowExecutionFailed => close.WorkflowExecutionFailedEventAttributes.NewExecutionRunId,
        EventType.WorkflowExecutionTimedOut => close.WorkflowExecutionTimedOutEventAttributes.NewExecutionRunId,
        EventType.WorkflowExecutionContinuedAsNew => close.WorkflowExecutionContinuedAsNewEventAttributes.NewExecutionRunId,
        _ => "",
    };

    private static async Task<TResult> ReadAsync<TResult>(DataConverter converter, Payloads? result, CancellationToken cancellation) => typeof(TResult) == typeof(ValueTuple)
        ? default!
        : await converter.ToSingleValueAsync<TResult>(result, cancellation).ConfigureAwait(false);
}
