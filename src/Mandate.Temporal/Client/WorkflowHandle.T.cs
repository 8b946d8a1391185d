using System.Linq.Expressions;

namespace Mandate.Temporal.Client;

/// <summary>A workflow of known type, as a client sees it.</summary>
/// <param name="Client">The client.</param>
/// <param name="Id">Workflow id.</param>
/// <param name="RunId">Run that signals, queries and the rest address, null for the present one.</param>
/// <param name="ResultRunId">Run whose result is waited for, null for the present one.</param>
/// <param name="FirstExecutionRunId">First run of the chain; cancel and terminate reach no other chain.</param>
public record WorkflowHandle<TWorkflow>(ITemporalClient Client, string Id, string? RunId = null, string? ResultRunId = null, string? FirstExecutionRunId = null)
    : WorkflowHandle(Client, Id, RunId, ResultRunId, FirstExecutionRunId)
{
    /// <inheritdoc cref="WorkflowHandle.SignalAsync{TWorkflow}"/>
    public Task SignalAsync(Expression<Func<TWorkflow, Task>> signalCall, WorkflowSignalOptions? options = null) => SignalAsync<TWorkflow>(signalCall, options);

    /// <inheritdoc cref="WorkflowHandle.QueryAsync{TWorkflow, TQueryResult}"/>
    public Task<TQueryResult> QueryAsync<TQueryResult>(Expression<Func<TWorkflow, TQueryResult>> queryCall, WorkflowQueryOptions? options = null) =>
        QueryAsync<TWorkflow, TQueryResult>(queryCall, options);

    /// <inheritdoc cref="WorkflowHandle.StartUpdateAsync{TWorkflow}(Expression{Func{TWorkflow, Task}}, WorkflowUpdateStartOptions)"/>
    public Task<WorkflowUpdateHandle> StartUpdateAsync(Expression<Func<TWorkflow, Task>> updateCall, WorkflowUpdateStartOptions options) => StartUpdateAsync<TWorkflow>(updateCall, options);

    /// <inheritdoc cref="WorkflowHandle.StartUpdateAsync{TWorkflow, TUpdateResult}"/>
    public Task<WorkflowUpdateHandle<TUpdateResult>> StartUpdateAsync<TUpdateResult>(Expression<Func<TWorkflow, Task<TUpdateResult>>> updateCall, WorkflowUpdateStartOptions options) =>
        StartUpdateAsync<TWorkflow, TUpdateResult>(updateCall, options);

    /// <inheritdoc cref="WorkflowHandle.ExecuteUpdateAsync{TWorkflow}(Expression{Func{TWorkflow, Task}}, WorkflowUpdateOptions?)"/>
    public Task ExecuteUpdateAsync(Expression<Func<TWorkflow, Task>> updateCall, WorkflowUpdateOptions? options = null) => ExecuteUpdateAsync<TWorkflow>(updateCall, options);

    /// <inheritdoc cref="WorkflowHandle.ExecuteUpdateAsync{TWorkflow, TUpdateResult}"/>
    public Task<TUpdateResult> ExecuteUpdateAsync<TUpdateResult>(Expression<Func<TWorkflow, Task<TUpdateResult>>> updateCall, WorkflowUpdateOptions? options = null) =>
        ExecuteUpdateAsync<TWorkflow, TUpdateResult>(updateCall, options);

    /// <summary>The ids.</summary>
    public override string ToString() => base.ToString();
}
