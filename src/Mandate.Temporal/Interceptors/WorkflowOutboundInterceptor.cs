using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Interceptors;

/// <summary>Sees what a workflow does. Runs in the workflow: it must be deterministic.</summary>
/// <remarks>Derive from it, override what is of interest and call the base method, or <see cref="Next"/>, to go on.</remarks>
public abstract class WorkflowOutboundInterceptor
{
    private readonly WorkflowOutboundInterceptor? _next;

    /// <summary>Creates the interceptor in front of <paramref name="next"/>.</summary>
    protected WorkflowOutboundInterceptor(WorkflowOutboundInterceptor next) => _next = next;

    private protected WorkflowOutboundInterceptor()
    {
    }

    /// <summary>The next interceptor.</summary>
    protected WorkflowOutboundInterceptor Next => _next ?? throw new InvalidOperationException("This is the last interceptor.");

    /// <summary>Waits for a time.</summary>
    public virtual Task DelayAsync(DelayAsyncInput input) => Next.DelayAsync(input);

    /// <summary>Schedules an activity.</summary>
    public virtual Task<TResult> ScheduleActivityAsync<TResult>(ScheduleActivityInput input) => Next.ScheduleActivityAsync<TResult>(input);

    /// <summary>Runs a local activity.</summary>
    public virtual Task<TResult> ScheduleLocalActivityAsync<TResult>(ScheduleLocalActivityInput input) => Next.ScheduleLocalActivityAsync<TResult>(input);

    /// <summary>Starts a child.</summary>
    public virtual Task<ChildWorkflowHandle<TWorkflow, TResult>> StartChildWorkflowAsync<TWorkflow, TResult>(StartChildWorkflowInput input) => Next.StartChildWorkflowAsync<TWorkflow, TResult>(input);

    /// <summary>Signals a child.</summary>
    public virtual Task SignalChildWorkflowAsync(SignalChildWorkflowInput input) => Next.SignalChildWorkflowAsync(input);

    /// <summary>Signals another workflow.</summary>
    public virtual Task SignalExternalWorkflowAsync(SignalExternalWorkflowInput input) => Next.SignalExternalWorkflowAsync(input);

    /// <summary>Asks another workflow to cancel.</summary>
    public virtual Task CancelExternalWorkflowAsync(CancelExternalWorkflowInput input) => Next.CancelExternalWorkflowAsync(input);

    /// <summary>Continues as a new run.</summary>
    public virtual ContinueAsNewException CreateContinueAsNewException(CreateContinueAsNewExceptionInput input) => Next.CreateContinueAsNewException(input);
}
