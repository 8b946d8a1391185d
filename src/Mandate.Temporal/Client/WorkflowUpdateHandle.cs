using Mandate.Protocol.Api.Update.V1;

namespace Mandate.Temporal.Client;

/// <summary>An update that was sent.</summary>
/// <param name="Client">The client.</param>
/// <param name="Id">Id of the update.</param>
/// <param name="WorkflowId">Workflow id.</param>
/// <param name="WorkflowRunId">Run, null for the present one.</param>
/// <param name="KnownOutcome">The outcome, when it came with the start.</param>
public record WorkflowUpdateHandle(ITemporalClient Client, string Id, string WorkflowId, string? WorkflowRunId, Outcome? KnownOutcome)
{
    /// <summary>Waits for the update to end.</summary>
    /// <exception cref="WorkflowUpdateFailedException">It was rejected, or its handler failed; the inner exception says why.</exception>
    public Task GetResultAsync(RpcOptions? rpcOptions = null) => GetResultAsync<ValueTuple>(rpcOptions);

    /// <summary>Waits for the update's result.</summary>
    /// <exception cref="WorkflowUpdateFailedException">It was rejected, or its handler failed; the inner exception says why.</exception>
    public Task<TResult> GetResultAsync<TResult>(RpcOptions? rpcOptions = null) => WorkflowUpdateResult.GetAsync<TResult>(this, rpcOptions);

    /// <summary>The ids.</summary>
    public override string ToString() => $"{WorkflowId}/{Id}";
}
