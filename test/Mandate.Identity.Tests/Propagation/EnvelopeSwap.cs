using Mandate.Identity.Propagation;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Workflows;

namespace Mandate.Identity.Tests.Propagation;

/// <summary>Workflow code that puts an envelope of its own onto what it starts.</summary>
internal sealed class EnvelopeSwap(string envelope) : IWorkerInterceptor
{
    public WorkflowInboundInterceptor InterceptWorkflow(WorkflowInboundInterceptor nextInterceptor) => new Inbound(nextInterceptor, envelope);

    private sealed class Inbound(WorkflowInboundInterceptor next, string envelope) : WorkflowInboundInterceptor(next)
    {
        public override void Init(WorkflowOutboundInterceptor outbound) => base.Init(new Outbound(outbound, envelope));
    }

    private sealed class Outbound(WorkflowOutboundInterceptor next, string envelope) : WorkflowOutboundInterceptor(next)
    {
        public override Task<TResult> ScheduleActivityAsync<TResult>(ScheduleActivityInput input) =>
            base.ScheduleActivityAsync<TResult>(input with { Headers = input.Headers.With(IdentityHeaders.Principal, HeaderPayload.Write(envelope)) });

        public override Task<ChildWorkflowHandle<TWorkflow, TResult>> StartChildWorkflowAsync<TWorkflow, TResult>(StartChildWorkflowInput input) =>
            base.StartChildWorkflowAsync<TWorkflow, TResult>(input with { Headers = input.Headers.With(IdentityHeaders.Principal, HeaderPayload.Write(envelope)) });
    }
}
