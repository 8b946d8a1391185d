using Mandate.Protocol.Failures;
using Mandate.Temporal.Activities;
using Mandate.Temporal.Interceptors;
using Microsoft.Extensions.Logging;

namespace Mandate.Identity.Propagation;

/// <summary>Verifies for whom an activity, or a local one, is to run, and makes that its current principal.</summary>
internal sealed partial class IdentityActivityInbound(ActivityInboundInterceptor next, IdentityPropagationOptions options) : ActivityInboundInterceptor(next)
{
    private readonly ILogger _logger = options.LoggerFactory.CreateLogger<IdentityWorkerInterceptor>();

    public override async Task<object?> ExecuteActivityAsync(ExecuteActivityInput input)
    {
        var principal = await VerifyAsync(input, ActivityExecutionContext.Current).ConfigureAwait(false);
        using (CurrentPrincipal.UseVerified(principal))
            return await base.ExecuteActivityAsync(input).ConfigureAwait(false);
    }

    private async Task<Principal> VerifyAsync(ExecuteActivityInput input, ActivityExecutionContext context)
    {
        var envelope = HeaderPayload.Read(input.Headers, IdentityHeaders.Principal);
        if (envelope is null && options.AllowSystemPrincipal is { } system)
            return system;

        // Which run the tree began with is not told to activities; that the envelope is the run's own was seen to when the workflow was verified.
        var info = context.Info;
        var verdict = await options.Verifier.VerifyAsync(envelope, info.WorkflowNamespace, rootWorkflowId: null, context.CancellationToken).ConfigureAwait(false);
        if (verdict.IsAccepted)
            return verdict.Principal;
        if (verdict.Refusal is PrincipalRefusal.KeysUnavailable)
            throw new PrincipalKeysUnavailableException($"The principal of activity '{info.ActivityType}' cannot be verified now. {verdict.Message} The attempt is repeated as its retry policy says.");

        LogActivityRefused(info.ActivityType, info.WorkflowId, info.WorkflowRunId, verdict.Refusal.Value);
        throw new ApplicationFailureException($"The activity is refused. {verdict.Message}", IdentityFailureTypes.Refused, nonRetryable: true);
    }
}
