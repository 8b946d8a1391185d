namespace Mandate.Temporal.Interceptors;

/// <summary>Puts interceptors into the chains of a worker. A client's interceptors that implement it too are used by its workers.</summary>
public interface IWorkerInterceptor
{
    /// <summary>Called once per run; returns an interceptor in front of <paramref name="nextInterceptor"/>, or that one itself.</summary>
    WorkflowInboundInterceptor InterceptWorkflow(WorkflowInboundInterceptor nextInterceptor) => nextInterceptor;

    /// <summary>Called once per attempt of an activity; returns an interceptor in front of <paramref name="nextInterceptor"/>, or that one itself.</summary>
    ActivityInboundInterceptor InterceptActivity(ActivityInboundInterceptor nextInterceptor) => nextInterceptor;
}
