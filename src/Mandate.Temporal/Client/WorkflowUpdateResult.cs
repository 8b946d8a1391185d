using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Update.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Temporal.Client;

/// <summary>Waits for the outcome of an update.</summary>
internal static class WorkflowUpdateResult
{
    private static readonly TimeSpan LongPollTimeout = TimeSpan.FromSeconds(70);

    internal static async Task<TResult> GetAsync<TResult>(WorkflowUpdateHandle handle, RpcOptions? rpc)
    {
        var outcome = handle.KnownOutcome;
        var client = handle.Client;
        var calls = RpcCaller.Of(client);
        while (outcome is null)
        {
            var response = await calls.CallAsync<PollWorkflowExecutionUpdateResponse>(
                new PollWorkflowExecutionUpdateRequest
                {
                    Namespace = client.Options.Namespace,
                    Identity = client.Options.Identity,
                    UpdateRef = new() { UpdateId = handle.Id, WorkflowExecution = new() { WorkflowId = handle.WorkflowId, RunId = handle.WorkflowRunId ?? "" } },
                    WaitPolicy = new() { LifecycleStage = UpdateWorkflowExecutionLifecycleStage.Completed },
                },
                rpc,
                LongPollTimeout).ConfigureAwait(false);
            outcome = response.Outcome;
        }

        var converter = client.Options.DataConverter;
        var cancellation = rpc?.CancellationToken ?? default;
        if (outcome.ValueCase == Outcome.ValueOneofCase.Failure)
            throw new WorkflowUpdateFailedException(await converter.ToExceptionAsync(outcome.Failure, cancellation).ConfigureAwait(false));
        return typeof(TResult) == typeof(ValueTuple)
            ? default!
            : await converter.ToSingleValueAsync<TResult>(outcome.Success, cancellation).ConfigureAwait(false);
    }
}
