using System.Linq.Expressions;
using Mandate.Temporal.Reflection;

namespace Mandate.Temporal.Workflows;

/// <content>Children, other workflows, and the next run.</content>
public static partial class Workflow
{
    /// <summary>Starts a child and waits for its result. The call in the expression is not made here: it names the workflow and its arguments.</summary>
    /// <param name="workflowRunCall">One call of the run method, such as <c>(OrderWorkflow wf) => wf.RunAsync(order)</c>.</param>
    /// <param name="options">Options, null for the defaults.</param>
    /// <exception cref="Protocol.Failures.WorkflowAlreadyStartedException">A workflow with that id runs already.</exception>
    /// <exception cref="Protocol.Failures.ChildWorkflowFailureException">The child did not complete; the inner exception says why.</exception>
    public static async Task<TResult> ExecuteChildWorkflowAsync<TWorkflow, TResult>(Expression<Func<TWorkflow, Task<TResult>>> workflowRunCall, ChildWorkflowOptions? options = null)
    {
        var handle = await StartChildWorkflowAsync(workflowRunCall, options).ConfigureAwait(true);
        return await handle.GetResultAsync().ConfigureAwait(true);
    }

    /// <inheritdoc cref="ExecuteChildWorkflowAsync{TWorkflow, TResult}(Expression{Func{TWorkflow, Task{TResult}}}, ChildWorkflowOptions?)"/>
    public static async Task ExecuteChildWorkflowAsync<TWorkflow>(Expression<Func<TWorkflow, Task>> workflowRunCall, ChildWorkflowOptions? options = null)
    {
        var handle = await StartChildWorkflowAsync(workflowRunCall, options).ConfigureAwait(true);
        await handle.GetResultAsync().ConfigureAwait(true);
    }

    /// <summary>Starts a child by name and waits for it.</summary>
    /// <exception cref="Protocol.Failures.WorkflowAlreadyStartedException">A workflow with that id runs already.</exception>
    /// <exception cref="Protocol.Failures.ChildWorkflowFailureException">The child did not complete; the inner exception says why.</exception>
    public static Task ExecuteChildWorkflowAsync(string workflow, IReadOnlyCollection<object?> args, ChildWorkflowOptions? options = null) =>
        ExecuteChildWorkflowAsync<ValueTuple>(workflow, args, options);

    /// <summary>Starts a child by name and waits for its result.</summary>
    /// <exception cref="Protocol.Failures.WorkflowAlreadyStartedException">A workflow with that id runs already.</exception>
    /// <exception cref="Protocol.Failures.ChildWorkflowFailureException">The child did not complete; the inner exception says why.</exception>
    public static async Task<TResult> ExecuteChildWorkflowAsync<TResult>(string workflow, IReadOnlyCollection<object?> args, ChildWorkflowOptions? options = null)
    {
        var handle = await StartChildWorkflowAsync(workflow, args, options).ConfigureAwait(true);
        return await handle.GetResultAsync<TResult>().ConfigureAwait(true);
    }

    /// <summary>Starts a child; the task ends when it has started.</summary>
    /// <param name="workflowRunCall">One call of the run method, such as <c>(OrderWorkflow wf) => wf.RunAsync(order)</c>.</param>
    /// <param name="options">Options, null for the defaults.</param>
    /// <exception cref="Protocol.Failures.WorkflowAlreadyStartedException">A workflow with that id runs already.</exception>
    public static Task<ChildWorkflowHandle<TWorkflow, TResult>> StartChildWorkflowAsync<TWorkflow, TResult>(
        Expression<Func<TWorkflow, Task<TResult>>> workflowRunCall, ChildWorkflowOptions? options = null)
    {
        var (method, arguments) = CallExpression.Extract(workflowRunCall);
        return Context.Outbound.StartChildWorkflowAsync<TWorkflow, TResult>(new(WorkflowDefinition.NameFromRunMethod(method), arguments, options ?? new(), Headers: null));
    }

    /// <inheritdoc cref="StartChildWorkflowAsync{TWorkflow, TResult}(Expression{Func{TWorkflow, Task{TResult}}}, ChildWorkflowOptions?)"/>
    public static async Task<ChildWorkflowHandle<TWorkflow>> StartChildWorkflowAsync<TWorkflow>(Expression<Func<TWorkflow, Task>> workflowRunCall, ChildWorkflowOptions? options = null)
    {
        var (method, arguments) = CallExpression.Extract(workflowRunCall);
        return await Context.Outbound.StartChildWorkflowAsync<TWorkflow, ValueTuple>(
            new(WorkflowDefinition.NameFromRunMethod(method), arguments, options ?? new(), Headers: null)).ConfigureAwait(true);
    }

    /// <summary>Starts a child by name; the task ends when it has started.</summary>
    /// <exception cref="Protocol.Failures.WorkflowAlreadyStartedException">A workflow with that id runs already.</exception>
    public static async Task<ChildWorkflowHandle> StartChildWorkflowAsync(string workflow, IReadOnlyCollection<object?> args, ChildWorkflowOptions? options = null) =>
        await Context.Outbound.StartChildWorkflowAsync<ValueTuple, ValueTuple>(new(workflow, args, options ?? new(), Headers: null)).ConfigureAwait(true);

    /// <summary>A handle on another workflow of the namespace; nothing is sent.</summary>
    /// <param name="id">Workflow id.</param>
    /// <param name="runId">Run, null for the present one.</param>
    public static ExternalWorkflowHandle GetExternalWorkflowHandle(string id, string? runId = null) => GetExternalWorkflowHandle<ValueTuple>(id, runId);

    /// <inheritdoc cref="GetExternalWorkflowHandle(string, string?)"/>
    public static ExternalWorkflowHandle<TWorkflow> GetExternalWorkflowHandle<TWorkflow>(string id, string? runId = null) => Context.GetExternalWorkflowHandle<TWorkflow>(id, runId);

    /// <summary>An exception to throw from the run method in order to continue as a new run.</summary>
    /// <param name="workflowRunCall">One call of the run method with the arguments of the new run.</param>
    /// <param name="options">Options, null to take everything over.</param>
    public static ContinueAsNewException CreateContinueAsNewException<TWorkflow, TResult>(Expression<Func<TWorkflow, Task<TResult>>> workflowRunCall, ContinueAsNewOptions? options = null)
    {
        var (method, arguments) = CallExpression.Extract(workflowRunCall);
        return CreateContinueAsNewException(WorkflowDefinition.NameFromRunMethod(method), arguments, options);
    }

    /// <inheritdoc cref="CreateContinueAsNewException{TWorkflow, TResult}(Expression{Func{TWorkflow, Task{TResult}}}, ContinueAsNewOptions?)"/>
    public static ContinueAsNewException CreateContinueAsNewException<TWorkflow>(Expression<Func<TWorkflow, Task>> workflowRunCall, ContinueAsNewOptions? options = null)
    {
        var (method, arguments) = CallExpression.Extract(workflowRunCall);
        return CreateContinueAsNewException(WorkflowDefinition.NameFromRunMethod(method), arguments, options);
    }

    /// <summary>An exception to throw from the run method in order to continue as a new run of the named type.</summary>
    public static ContinueAsNewException CreateContinueAsNewException(string workflow, IReadOnlyCollection<object?> args, ContinueAsNewOptions? options = null) =>
        Context.Outbound.CreateContinueAsNewException(new(workflow, args, options, Headers: null));
}
