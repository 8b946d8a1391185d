using Mandate.Temporal.Interceptors;

namespace Mandate.Stateful.Propagation;

/// <summary>Gives workflows their place in the tree and activities their token.</summary>
internal sealed class StatefulWorkerInterceptor(StatefulOptions options) : IWorkerInterceptor
{
    private readonly SenderRules _rules = new(options.AllowUnstatedWorkflows);

    public WorkflowInboundInterceptor InterceptWorkflow(WorkflowInboundInterceptor nextInterceptor) => new StatefulWorkflowInbound(nextInterceptor, options, _rules);

    public ActivityInboundInterceptor InterceptActivity(ActivityInboundInterceptor nextInterceptor) => new StatefulActivityInbound(nextInterceptor, options);
}
