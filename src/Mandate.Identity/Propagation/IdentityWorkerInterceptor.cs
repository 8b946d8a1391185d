using Mandate.Temporal.Interceptors;

namespace Mandate.Identity.Propagation;

/// <summary>Enforces identity in a worker: verifies what arrives, hands on what leaves.</summary>
/// <param name="options">How.</param>
public sealed class IdentityWorkerInterceptor(IdentityPropagationOptions options) : IWorkerInterceptor
{
    /// <inheritdoc/>
    public WorkflowInboundInterceptor InterceptWorkflow(WorkflowInboundInterceptor nextInterceptor) => new IdentityWorkflowInbound(nextInterceptor, options);

    /// <inheritdoc/>
    public ActivityInboundInterceptor InterceptActivity(ActivityInboundInterceptor nextInterceptor) => new IdentityActivityInbound(nextInterceptor, options);
}
