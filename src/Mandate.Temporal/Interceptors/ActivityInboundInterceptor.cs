namespace Mandate.Temporal.Interceptors;

/// <summary>Sees what reaches an activity.</summary>
/// <remarks>Derive from it, override what is of interest and call the base method, or <see cref="Next"/>, to go on.</remarks>
public abstract class ActivityInboundInterceptor
{
    private readonly ActivityInboundInterceptor? _next;

    /// <summary>Creates the interceptor in front of <paramref name="next"/>.</summary>
    protected ActivityInboundInterceptor(ActivityInboundInterceptor next) => _next = next;

    private protected ActivityInboundInterceptor()
    {
    }

    /// <summary>The next interceptor.</summary>
    protected ActivityInboundInterceptor Next => _next ?? throw new InvalidOperationException("This is the last interceptor.");

    /// <summary>Called once per attempt with the head of the outbound chain; an override may pass on one of its own around it.</summary>
    public virtual void Init(ActivityOutboundInterceptor outbound) => Next.Init(outbound);

    /// <summary>Runs the activity.</summary>
    public virtual Task<object?> ExecuteActivityAsync(ExecuteActivityInput input) => Next.ExecuteActivityAsync(input);
}
