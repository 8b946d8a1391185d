using Mandate.Protocol.Api.Common.V1;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Workflows;

namespace Mandate.Identity.Propagation;

/// <summary>Hands the run's envelope to everything it starts or signals, whatever the workflow's code put under that name.</summary>
internal sealed class IdentityWorkflowOutbound(WorkflowOutboundInterceptor next, RunIdentity run) : WorkflowOutboundInterceptor(next)
{
    public override Task<TResult> ScheduleActivityAsync<TResult>(ScheduleActivityInput input) =>
        base.ScheduleActivityAsync<TResult>(input with { Headers = Stamp(input.Headers) });

    public override Task<TResult> ScheduleLocalActivityAsync<TResult>(ScheduleLocalActivityInput input) =>
        base.ScheduleLocalActivityAsync<TResult>(input with { Headers = Stamp(input.Headers) });

    public override Task<ChildWorkflowHandle<TWorkflow, TResult>> StartChildWorkflowAsync<TWorkflow, TResult>(StartChildWorkflowInput input) =>
        base.StartChildWorkflowAsync<TWorkflow, TResult>(input with { Headers = Stamp(input.Headers) });

    public override Task SignalChildWorkflowAsync(SignalChildWorkflowInput input) =>
        base.SignalChildWorkflowAsync(input with { Headers = Stamp(input.Headers) });

    public override Task SignalExternalWorkflowAsync(SignalExternalWorkflowInput input) =>
        base.SignalExternalWorkflowAsync(input with { Headers = Stamp(input.Headers) });

    public override ContinueAsNewException CreateContinueAsNewException(CreateContinueAsNewExceptionInput input) =>
        base.CreateContinueAsNewException(input with { Headers = Stamp(input.Headers) });

    private IReadOnlyDictionary<string, Payload> Stamp(IReadOnlyDictionary<string, Payload>? headers)
    {
        run.Require();
        return headers.With(IdentityHeaders.Actor, payload: null).With(IdentityHeaders.Principal, run.Envelope);
    }
}
