namespace Mandate.Temporal.Interceptors;

/// <summary>Sees what an activity does.</summary>
/// <remarks>Derive from it, override what is of interest and call the base method, or <see cref="Next"/>, to go on.</remarks>
public abstract class ActivityOutboundInterceptor
{
    private readonly ActivityOutboundInterceptor? _next;

    /// <summary>Creates the interceptor in front of <paramref name="next"/>.</summary>
    protected ActivityOutboundInterceptor(ActivityOutboundInterceptor next) => _next = next;

    private protected ActivityOutboundInterceptor()
    {
    }

    /// <summary>The next interceptor.</summary>
    protected ActivityOutboundInterceptor Next => _next ?? throw new InvalidOperationException("This is the last interceptor.");

    /// <summary>Reports that the activity lives.</summary>
    public virtual void Heartbeat(HeartbeatInput input) => Next.Heartbeat(input);
}
