using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Temporal.Common;
using Mandate.Temporal.Reflection;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Client;

/// <summary>A workflow, as a client sees it.</summary>
/// <param name="Client">The client.</param>
/// <param name="Id">Workflow id.</param>
/// <param name="RunId">Run that signals, queries and the rest address, null for the present one.</param>
/// <param name="ResultRunId">Run whose result <see cref="GetResultAsync{TResult}"/> waits for, null for the present one.</param>
/// <param name="FirstExecutionRunId">First run of the chain; cancel and terminate reach no other chain.</param>
public record WorkflowHandle(ITemporalClient Client, string Id, string? RunId = null, string? ResultRunId = null, string? FirstExecutionRunId = null)
{
    /// <summary>Waits for the workflow to complete.</summary>
    /// <param name="followRuns">Whether to go on with the next run when one continues as new or is retried.</param>
    /// <param name="rpcOptions">How to call.</param>
    /// <exception cref="WorkflowFailedException">It did not complete; the inner exception says why.</exception>
    /// <exception cref="WorkflowContinuedAsNewException">The run continued as new and runs are not followed.</exception>
    public Task GetResultAsync(bool followRuns = true, RpcOptions? rpcOptions = null) => GetResultAsync<ValueTuple>(followRuns, rpcOptions);

    /// <summary>Waits for the workflow's result.</summary>
    /// <inheritdoc cref="GetResultAsync(bool, RpcOptions?)"/>
    public Task<TResult> GetResultAsync<TResult>(bool followRuns = true, RpcOptions? rpcOptions = null) => WorkflowResult.GetAsync<TResult>(this, followRuns, rpcOptions);

    /// <summary>Sends a signal; the task ends when the server has it.</summary>
    public Task SignalAsync<TWorkflow>(Expression<Func<TWorkflow, Task>> signalCall, WorkflowSignalOptions? options = null)
    {
        var (method, arguments) = CallExpression.Extract(signalCall);
        return SignalAsync(WorkflowSignalDefinition.NameFromMethod(method), arguments, options);
    }

    /// <summary>Sends a signal; the task ends when the server has it.</summary>
    public Task SignalAsync(string signal, IReadOnlyCollection<object?> args, WorkflowSignalOptions? options = null) =>
        Client.OutboundInterceptor.SignalWorkflowAsync(new(Id, RunId, signal, args, options, Headers: null));

    /// <summary>Asks the workflow's state; works after it closed too. A worker has to be there.</summary>
    /// <exception cref="WorkflowQueryFailedException">The handler failed, or there is none.</exception>
    /// <exception cref="WorkflowQueryRejectedException">The query was refused by the state of the workflow.</exception>
    public Task<TQueryResult> QueryAsync<TWorkflow, TQueryResult>(Expression<Func<TWorkflow, TQueryResult>> queryCall, WorkflowQueryOptions? options = null)
    {
        var (member, arguments) = CallExpression.ExtractMember(queryCall);
        return QueryAsync<TQueryResult>(WorkflowQueryDefinition.NameFromMember(member), arguments, options);
    }

    /// <summary>Asks the workflow's state; works after it closed too. A worker has to be there.</summary>
    /// <exception cref="WorkflowQueryFailedException">The handler failed, or there is none.</exception>
    /// <exception cref="WorkflowQueryRejectedException">The query was refused by the state of the workflow.</exception>
    public Task<TQueryResult> QueryAsync<TQueryResult>(string query, IReadOnlyCollection<object?> args, WorkflowQueryOptions? options = null) =>
        Client.OutboundInterceptor.QueryWorkflowAsync<TQueryResult>(new(Id, RunId, query, args, options, Headers: null));

    /// <summary>Sends an update and waits for the stage the options name.</summary>
    public async Task<WorkflowUpdateHandle> StartUpdateAsync<TWorkflow>(Expression<Func<TWorkflow, Task>> updateCall, WorkflowUpdateStartOptions options)
    {
        var (method, arguments) = CallExpression.Extract(updateCall);
        return await StartUpdateAsync<ValueTuple>(WorkflowUpdateDefinition.NameFromMethod(method), arguments, options).ConfigureAwait(false);
    }

    /// <summary>Sends an update and waits for the stage the options name.</summary>
    public Task<WorkflowUpdateHandle<TUpdateResult>> StartUpdateAsync<TWorkflow, TUpdateResult>(
        Expression<Func<TWorkflow, Task<TUpdateResult>>> updateCall, WorkflowUpdateStartOptions options)
    {
        var (method, arguments) = CallExpression.Extract(updateCall);
        return StartUpdateAsync<TUpdateResult>(WorkflowUpdateDefinition.NameFromMethod(method), arguments, options);
    }

    /// <summary>Sends an update by name and waits for the stage the options name.</summary>
    public Task<WorkflowUpdateHandle<TUpdateResult>> StartUpdateAsync<TUpdateResult>(string update, IReadOnlyCollection<object?> args, WorkflowUpdateStartOptions options) =>
        Client.OutboundInterceptor.StartWorkflowUpdateAsync<TUpdateResult>(new(Id, RunId, FirstExecutionRunId, update, args, options, Headers: null));

    /// <summary>Sends an update and waits for its end.</summary>
    /// <exception cref="WorkflowUpdateFailedException">It was rejected, or its handler failed; the inner exception says why.</exception>
    public async Task ExecuteUpdateAsync<TWorkflow>(Expression<Func<TWorkflow, Task>> updateCall, WorkflowUpdateOptions? options = null)
    {
        var handle = await StartUpdateAsync(updateCall, Completed(options)).ConfigureAwait(false);
        await handle.GetResultAsync(options?.Rpc).ConfigureAwait(false);
    }

    /// <summary>Sends an update and waits for its result.</summary>
    /// <exception cref="WorkflowUpdateFailedException">It was rejected, or its handler failed; the inner exception says why.</exception>
    public async Task<TUpdateResult> ExecuteUpdateAsync<TWorkflow, TUpdateResult>(Expression<Func<TWorkflow, Task<TUpdateResult>>> updateCall, WorkflowUpdateOptions? options = null)
    {
        var handle = await StartUpdateAsync(updateCall, Completed(options)).ConfigureAwait(false);
        return await handle.GetResultAsync(options?.Rpc).ConfigureAwait(false);
    }

    /// <summary>Sends an update by name and waits for its result.</summary>
    /// <exception cref="WorkflowUpdateFailedException">It was rejected, or its handler failed; the inner exception says why.</exception>
    public async Task<TUpdateResult> ExecuteUpdateAsync<TUpdateResult>(string update, IReadOnlyCollection<object?> args, WorkflowUpdateOptions? options = null)
    {
        var handle = await StartUpdateAsync<TUpdateResult>(update, args, Completed(options)).ConfigureAwait(false);
        return await handle.GetResultAsync(options?.Rpc).ConfigureAwait(false);
    }

    /// <summary>A handle on an update that was sent; nothing is called.</summary>
    public WorkflowUpdateHandle<TUpdateResult> GetUpdateHandle<TUpdateResult>(string id) => new(Client, id, Id, RunId, KnownOutcome: null);

    /// <summary>Describes the run.</summary>
    public Task<WorkflowExecutionDescription> DescribeAsync(WorkflowDescribeOptions? options = null) => Client.OutboundInterceptor.DescribeWorkflowAsync(new(Id, RunId, options));

    /// <summary>Asks the workflow to cancel itself; the task ends when the server has the request.</summary>
    public Task CancelAsync(WorkflowCancelOptions? options = null) => Client.OutboundInterceptor.CancelWorkflowAsync(new(Id, RunId, FirstExecutionRunId, options));

    /// <summary>Ends the workflow at once, without its doing.</summary>
    public Task TerminateAsync(string? reason = null, WorkflowTerminateOptions? options = null) =>
        Client.OutboundInterceptor.TerminateWorkflowAsync(new(Id, RunId, FirstExecutionRunId, reason, options));

    /// <summary>Reads the whole history of the run.</summary>
    public async Task<WorkflowHistory> FetchHistoryAsync(WorkflowHistoryFetchOptions? options = null)
    {
        var events = new List<HistoryEvent>();
        var pages = FetchHistoryEventsAsync(new()
        {
            EventFilterType = options?.EventFilterType ?? HistoryEventFilterType.AllEvent,
            SkipArchival = options?.SkipArchival ?? false,
            Rpc = options?.Rpc,
        });
        await foreach (var e in pages.ConfigureAwait(false))
            events.Add(e);
        return new(Id, events);
    }

    /// <summary>Reads the history of the run event by event.</summary>
    public async IAsyncEnumerable<HistoryEvent> FetchHistoryEventsAsync(
        WorkflowHistoryEventFetchOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        byte[]? token = null;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await Client.OutboundInterceptor.FetchWorkflowHistoryEventPageAsync(new(
                Id,
                RunId,
                PageSize: null,
                token,
                options?.WaitNewEvent ?? false,
                options?.EventFilterType ?? HistoryEventFilterType.AllEvent,
                options?.SkipArchival ?? false,
                cancellationToken.CanBeCanceled && options?.Rpc is null ? new() { CancellationToken = cancellationToken } : options?.Rpc)).ConfigureAwait(false);
            foreach (var e in page.Events)
                yield return e;
            token = page.NextPageToken;
        }
        while (token is not null);
    }

    /// <summary>The ids.</summary>
    public override string ToString() => RunId is null ? Id : $"{Id}/{RunId}";

    private static WorkflowUpdateStartOptions Completed(WorkflowUpdateOptions? options) => new(WorkflowUpdateStage.Completed) { Id = options?.Id, Rpc = options?.Rpc };
}
