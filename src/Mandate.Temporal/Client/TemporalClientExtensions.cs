using System.Linq.Expressions;

namespace Mandate.Temporal.Client;

/// <summary>Start and result in one.</summary>
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
}
