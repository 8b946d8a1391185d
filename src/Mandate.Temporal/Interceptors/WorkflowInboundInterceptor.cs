namespace Mandate.Temporal.Interceptors;

/// <summary>Sees what reaches a workflow. Runs in the workflow: it must be deterministic.</summary>
/// <remarks>Derive from it, override what is of interest and call the base method, or <see cref="Next"/>, to go on.</remarks>
public abstract class WorkflowInboundInterceptor
{
    private readonly WorkflowInboundInterceptor? _next;

    /// <summary>Creates the interceptor in front of <paramref name="next"/>.</summary>
    protected WorkflowInboundInterceptor(WorkflowInboundInterceptor next) => _next = next;

    private protected WorkflowInboundInterceptor()
    {
    }

    /// <summary>The next interceptor.</summary>
    protected WorkflowInboundInterceptor Next => _next ?? throw new InvalidOperationException("This is the last interceptor.");

    /// <summary>Called once per run with the head of the outbound chain; an override may pass on one of its own around it.</summary>
    public virtual void Init(WorkflowOutboundInterceptor outbound) => Next.Init(outbound);

    /// <summary>Runs the workflow.</summary>
    public virtual Task<object?> ExecuteWorkflowAsync(ExecuteWorkflowInput input) => Next.ExecuteWorkflowAsync(input);

    /// <summary>Handles a signal.</summary>
    public virtual Task HandleSignalAsync(HandleSignalInput input) => Next.HandleSignalAsync(input);

    /// <summary>Answers a query.</summary>
    public virtual object? HandleQuery(HandleQueryInput input) => Next.HandleQuery(input);

    /// <summary>Validates an update; throws to reject it. Not called on replay.</summary>
    public virtual void ValidateUpdate(HandleUpdateInput input) => Next.ValidateUpdate(input);

    /// <summary>Handles an accepted update.</summary>
    public virtual Task<object?> HandleUpdateAsync(HandleUpdateInput input) => Next.HandleUpdateAsync(input);
}
