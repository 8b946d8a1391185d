using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Mandate.Temporal.Common;

namespace Mandate.Temporal.Client;

/// <summary>Calls that are made of several.</summary>
public static class TemporalClientExtensions
{
    /// <summary>Starts a workflow and waits for its result.</summary>
    /// <exception cref="Protocol.Failures.WorkflowAlreadyStartedException">A workflow with that id runs, or ran and the id must not be used again.</exception>
    /// <exception cref="WorkflowFailedException">It did not complete; the inner exception says why.</exception>
    public static async Task<TResult> ExecuteWorkflowAsync<TWorkflow, TResult>(
        this ITemporalClient client, Expression<Func<TWorkflow, Task<TResult>>> workflowRunCall, WorkflowOptions options)
    {
        var handle = await client.StartWorkflowAsync(workflowRunCall, options).ConfigureAwait(false);
        return await handle.GetResultAsync(rpcOptions: options.Rpc).ConfigureAwait(false);
    }

    /// <summary>Starts a workflow and waits for its end.</summary>
    /// <inheritdoc cref="ExecuteWorkflowAsync{TWorkflow, TResult}(ITemporalClient, Expression{Func{TWorkflow, Task{TResult}}}, WorkflowOptions)"/>
    public static async Task ExecuteWorkflowAsync<TWorkflow>(this ITemporalClient client, Expression<Func<TWorkflow, Task>> workflowRunCall, WorkflowOptions options)
    {
        var handle = await client.StartWorkflowAsync(workflowRunCall, options).ConfigureAwait(false);
        await handle.GetResultAsync(rpcOptions: options.Rpc).ConfigureAwait(false);
    }

    /// <summary>Starts a workflow by name and waits for its end.</summary>
    /// <inheritdoc cref="ExecuteWorkflowAsync{TWorkflow, TResult}(ITemporalClient, Expression{Func{TWorkflow, Task{TResult}}}, WorkflowOptions)"/>
    public static async Task ExecuteWorkflowAsync(this ITemporalClient client, string workflow, IReadOnlyCollection<object?> args, WorkflowOptions options)
    {
        var handle = await client.StartWorkflowAsync(workflow, args, options).ConfigureAwait(false);
        await handle.GetResultAsync(rpcOptions: options.Rpc).ConfigureAwait(false);
    }

    /// <summary>Starts a workflow by name and waits for its result.</summary>
    /// <inheritdoc cref="ExecuteWorkflowAsync{TWorkflow, TResult}(ITemporalClient, Expression{Func{TWorkflow, Task{TResult}}}, WorkflowOptions)"/>
    public static async Task<TResult> ExecuteWorkflowAsync<TResult>(this ITemporalClient client, string workflow, IReadOnlyCollection<object?> args, WorkflowOptions options)
    {
        var handle = await client.StartWorkflowAsync(workflow, args, options).ConfigureAwait(false);
        return await handle.GetResultAsync<TResult>(rpcOptions: options.Rpc).ConfigureAwait(false);
    }

    /// <summary>
    /// Fetches the histories of all workflows that a visibility query finds, one after the other; an empty query finds all. With <see cref="Worker.WorkflowReplayer"/> this checks changed code against a
    /// whole store before it is deployed.
    /// </summary>
    /// <param name="client">The client.</param>
    /// <param name="query">The query.</param>
    /// <param name="options">How the workflows are listed and their histories called for.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public static async IAsyncEnumerable<WorkflowHistory> ListWorkflowHistoriesAsync(
        this ITemporalClient client, string query, WorkflowListOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var workflow in client.ListWorkflowsAsync(query, options).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            WorkflowHistory history;
            try
            {
                history = await client.GetWorkflowHandle(workflow.Id, workflow.RunId).FetchHistoryAsync(new() { Rpc = options?.Rpc }).ConfigureAwait(false);
            }
            catch (Protocol.RpcException e) when (e.Code == Protocol.RpcStatusCode.NotFound)
            {
                // Its retention ended after it was listed.
                continue;
            }

            yield return history;
        }
    }
}
