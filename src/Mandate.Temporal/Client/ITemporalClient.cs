using System.Linq.Expressions;
using Mandate.Protocol;
using Mandate.Temporal.Interceptors;

namespace Mandate.Temporal.Client;

/// <summary>Starts workflows and talks to them. Errors of the service are <see cref="RpcException"/> unless a member says otherwise.</summary>
public interface ITemporalClient
{
    /// <summary>Options of the client.</summary>
    TemporalClientOptions Options { get; }

    /// <summary>Head of the interceptor chain: what every call of handles goes through.</summary>
    ClientOutboundInterceptor OutboundInterceptor { get; }

    /// <summary>What the client calls: an engine, a channel, or stages in front of either. Calls made here directly pass no interceptor and are not retried.</summary>
    RpcHandler Handler { get; }

    /// <summary>Starts a workflow. The call in the expression is not made here: it names the workflow and its arguments.</summary>
    /// <param name="workflowRunCall">One call of the run method, such as <c>(OrderWorkflow wf) => wf.RunAsync(order)</c>.</param>
    /// <param name="options">Options; id and task queue are needed.</param>
    /// <exception cref="Protocol.Failures.WorkflowAlreadyStartedException">A workflow with that id runs, or ran and the id must not be used again.</exception>
    Task<WorkflowHandle<TWorkflow, TResult>> StartWorkflowAsync<TWorkflow, TResult>(Expression<Func<TWorkflow, Task<TResult>>> workflowRunCall, WorkflowOptions options);

    /// <inheritdoc cref="StartWorkflowAsync{TWorkflow, TResult}"/>
    Task<WorkflowHandle<TWorkflow>> StartWorkflowAsync<TWorkflow>(Expression<Func<TWorkflow, Task>> workflowRunCall, WorkflowOptions options);

    /// <summary>Starts a workflow by name.</summary>
    /// <exception cref="Protocol.Failures.WorkflowAlreadyStartedException">A workflow with that id runs, or ran and the id must not be used again.</exception>
    Task<WorkflowHandle> StartWorkflowAsync(string workflow, IReadOnlyCollection<object?> args, WorkflowOptions options);

    /// <summary>Sends an update to a workflow, which is started where it does not run, in one step.</summary>
    Task<WorkflowUpdateHandle<TUpdateResult>> StartUpdateWithStartWorkflowAsync<TUpdateResult>(
        string update, IReadOnlyCollection<object?> args, WorkflowStartUpdateWithStartOptions options);

    /// <summary>A handle on a workflow; nothing is called.</summary>
    WorkflowHandle GetWorkflowHandle(string id, string? runId = null, string? firstExecutionRunId = null);

    /// <inheritdoc cref="GetWorkflowHandle(string, string?, string?)"/>
    WorkflowHandle<TWorkflow> GetWorkflowHandle<TWorkflow>(string id, string? runId = null, string? firstExecutionRunId = null);

    /// <inheritdoc cref="GetWorkflowHandle(string, string?, string?)"/>
    WorkflowHandle<TWorkflow, TResult> GetWorkflowHandle<TWorkflow, TResult>(string id, string? runId = null, string? firstExecutionRunId = null);

    /// <summary>Lists workflows by a visibility query; an empty one lists all.</summary>
    IAsyncEnumerable<WorkflowExecution> ListWorkflowsAsync(string query, WorkflowListOptions? options = null);

    /// <summary>Counts workflows by a visibility query; an empty one counts all.</summary>
    Task<WorkflowExecutionCount> CountWorkflowsAsync(string query, WorkflowCountOptions? options = null);

    /// <summary>A handle on an asynchronous activity by its token; nothing is called.</summary>
    AsyncActivityHandle GetAsyncActivityHandle(byte[] taskToken);

    /// <summary>A handle on an asynchronous activity by ids; nothing is called.</summary>
    AsyncActivityHandle GetAsyncActivityHandle(string workflowId, string? runId, string activityId);
}
