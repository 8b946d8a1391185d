namespace Mandate.Temporal.Client;

/// <summary>A workflow of known type and result, as a client sees it.</summary>
/// <param name="Client">The client.</param>
/// <param name="Id">Workflow id.</param>
/// <param name="RunId">Run that signals, queries and the rest address, null for the present one.</param>
/// <param name="ResultRunId">Run whose result is waited for, null for the present one.</param>
/// <param name="FirstExecutionRunId">First run of the chain; cancel and terminate reach no other chain.</param>
public sealed record WorkflowHandle<TWorkflow, TResult>(ITemporalClient Client, string Id, string? RunId = null, string? ResultRunId = null, string? FirstExecutionRunId = null)
    : WorkflowHandle<TWorkflow>(Client, Id, RunId, ResultRunId, FirstExecutionRunId)
{
    /// <summary>Waits for the workflow's result.</summary>
    /// <inheritdoc cref="WorkflowHandle.GetResultAsync(bool, RpcOptions?)"/>
    public new Task<TResult> GetResultAsync(bool followRuns = true, RpcOptions? rpcOptions = null) => GetResultAsync<TResult>(followRuns, rpcOptions);

    /// <summary>The ids.</summary>
    public override string ToString() => base.ToString();
}
