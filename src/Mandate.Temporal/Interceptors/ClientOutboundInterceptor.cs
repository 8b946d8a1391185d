using Mandate.Temporal.Client;

namespace Mandate.Temporal.Interceptors;

/// <summary>Sees what a client does.</summary>
/// <remarks>Derive from it, override what is of interest and call the base method, or <see cref="Next"/>, to go on.</remarks>
public abstract class ClientOutboundInterceptor
{
    private readonly ClientOutboundInterceptor? _next;

    /// <summary>Creates the interceptor in front of <paramref name="next"/>.</summary>
    protected ClientOutboundInterceptor(ClientOutboundInterceptor next) => _next = next;

    private protected ClientOutboundInterceptor()
    {
    }

    /// <summary>The next interceptor.</summary>
    protected ClientOutboundInterceptor Next => _next ?? throw new InvalidOperationException("This is the last interceptor.");

    /// <summary>Starts a workflow, or signals it with the start.</summary>
    public virtual Task<WorkflowHandle<TWorkflow, TResult>> StartWorkflowAsync<TWorkflow, TResult>(StartWorkflowInput input) => Next.StartWorkflowAsync<TWorkflow, TResult>(input);

    /// <summary>Signals a workflow.</summary>
    public virtual Task SignalWorkflowAsync(SignalWorkflowInput input) => Next.SignalWorkflowAsync(input);

    /// <summary>Queries a workflow.</summary>
    public virtual Task<TResult> QueryWorkflowAsync<TResult>(QueryWorkflowInput input) => Next.QueryWorkflowAsync<TResult>(input);

    /// <summary>Sends an update to a workflow.</summary>
    public virtual Task<WorkflowUpdateHandle<TResult>> StartWorkflowUpdateAsync<TResult>(StartWorkflowUpdateInput input) => Next.StartWorkflowUpdateAsync<TResult>(input);

    /// <summary>Sends an update to a workflow and starts it where it does not run.</summary>
    public virtual Task<WorkflowUpdateHandle<TUpdateResult>> StartUpdateWithStartWorkflowAsync<TUpdateResult>(StartUpdateWithStartWorkflowInput input) => Next.StartUpdateWithStartWorkflowAsync<TUpdateResult>(input);

    /// <summary>Describes a workflow.</summary>
    public virtual Task<WorkflowExecutionDescription> DescribeWorkflowAsync(DescribeWorkflowInput input) => Next.DescribeWorkflowAsync(input);

    /// <summary>Asks a workflow to cancel.</summary>
    public virtual Task CancelWorkflowAsync(CancelWorkflowInput input) => Next.CancelWorkflowAsync(input);

    /// <summary>Terminates a workflow.</summary>
    public virtual Task TerminateWorkflowAsync(TerminateWorkflowInput input) => Next.TerminateWorkflowAsync(input);

    /// <summary>Reads a page of history.</summary>
    public virtual Task<WorkflowHistoryEventPage> FetchWorkflowHistoryEventPageAsync(FetchWorkflowHistoryEventPageInput input) => Next.FetchWorkflowHistoryEventPageAsync(input);

    /// <summary>Lists workflows.</summary>
    public virtual IAsyncEnumerable<WorkflowExecution> ListWorkflowsAsync(ListWorkflowsInput input) => Next.ListWorkflowsAsync(input);

    /// <summary>Counts workflows.</summary>
    public virtual Task<WorkflowExecutionCount> CountWorkflowsAsync(CountWorkflowsInput input) => Next.CountWorkflowsAsync(input);

    /// <summary>Reports that an asynchronous activity lives.</summary>
    public virtual Task HeartbeatAsyncActivityAsync(HeartbeatAsyncActivityInput input) => Next.HeartbeatAsyncActivityAsync(input);

    /// <summary>Completes an asynchronous activity.</summary>
    public virtual Task CompleteAsyncActivityAsync(CompleteAsyncActivityInput input) => Next.CompleteAsyncActivityAsync(input);

    /// <summary>Fails an asynchronous activity.</summary>
    public virtual Task FailAsyncActivityAsync(FailAsyncActivityInput input) => Next.FailAsyncActivityAsync(input);

    /// <summary>Reports that an asynchronous activity was cancelled.</summary>
    public virtual Task ReportCancellationAsyncActivityAsync(ReportCancellationAsyncActivityInput input) => Next.ReportCancellationAsyncActivityAsync(input);
}
