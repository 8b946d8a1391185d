namespace Mandate.Temporal.Interceptors;

/// <summary>
/// What an attribute on a workflow's signal or update implements when an interceptor gives it its effect. Without that interceptor it would be words, so a worker refuses to be made
/// with such a workflow and without the interceptor.
/// </summary>
public interface IEnforcedByInterceptor
{
    /// <summary>What to add to the worker, for the error: <c>AddStatefulWorkflows(…)</c>.</summary>
    string Remedy { get; }

    /// <summary>Whether this interceptor gives the attribute its effect.</summary>
    bool IsEnforcedBy(IWorkerInterceptor interceptor);
}
