using Mandate.Protocol.Api.Update.V1;

namespace Mandate.Temporal.Client;

/// <summary>An update of known result that was sent.</summary>
/// <param name="Client">The client.</param>
/// <param name="Id">Id of the update.</param>
/// <param name="WorkflowId">Workflow id.</param>
/// <param name="WorkflowRunId">Run, null for the present one.</param>
/// <param name="KnownOutcome">The outcome, when it came with the start.</param>
public sealed record WorkflowUpdateHandle<TResult>(ITemporalClient Client, string Id, string WorkflowId, string? WorkflowRunId, Outcome? KnownOutcome)
    : WorkflowUpdateHandle(Client, Id, WorkflowId, WorkflowRunId, KnownOutcome)
{
    /// <summary>Waits for the update's result.</summary>
    /// <exception cref="WorkflowUpdateFailedException">It was rejected, or its handler failed; the inner exception says why.</exception>
    public new Task<TResult> GetResultAsync(RpcOptions? rpcOptions = null) => GetResultAsync<TResult>(rpcOptions);

    /// <summary>The ids.</summary>
    public override string ToString() => base.ToString();
}
