using Mandate.Identity;
using Mandate.Stateful.Activities;
using Mandate.Stateful.Tree;
using Mandate.Temporal.Activities;
using Mandate.Temporal.Interceptors;

namespace Mandate.Stateful.Propagation;

/// <summary>Makes the token of an activity's workflow its current one. Nothing is redeemed before the activity asks.</summary>
internal sealed class StatefulActivityInbound(ActivityInboundInterceptor next, StatefulOptions options) : ActivityInboundInterceptor(next)
{
    public override async Task<object?> ExecuteActivityAsync(ExecuteActivityInput input)
    {
        var info = ActivityExecutionContext.Current.Info;
        var request = Principal.TryGetCurrent(out var principal)
            ? new ApiTokenRequest(principal, EnvelopeHeader.Read(input.Headers), info.WorkflowId, info.WorkflowRunId, info.ActivityType) { TaskToken = info.IsLocal || info.TaskToken.Length == 0 ? null : info.TaskToken }
            : null;
        // An asynchronous method's changes of the flow end with it.
        ActivityScope.Current = new(options.Authority, request, TreePayload.Read<ActivityToken>(input.Headers, StatefulNames.TokenHeader), options.Time);
        return await base.ExecuteActivityAsync(input).ConfigureAwait(false);
    }
}
