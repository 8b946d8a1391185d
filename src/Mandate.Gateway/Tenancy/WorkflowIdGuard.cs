using Google.Protobuf;
using Mandate.Gateway.Authorization;
using Mandate.Gateway.Calls;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Gateway.Tenancy;

/// <summary>
/// Keeps tenants out of each other's workflow ids in a namespace they share: an id belongs to the tenant of its latest run for as long as the engine keeps that run. A start is first
/// sent so that the engine refuses it when there is any run of the id; only when that run is the same tenant's is it sent again as the caller wanted it. So the check and the start
/// are one decision of the engine, and a new id costs no look-up.
/// </summary>
internal sealed class WorkflowIdGuard(PolicyStore policies, RunDirectory runs)
{
    /// <summary>How often a run may vanish between the engine's refusal and the look-up.</summary>
    private const int Tries = 3;

    public RpcHandler Wrap(RpcHandler next) => call =>
    {
        var about = GatewayCall.Of(call);
        if (about.ActsFor is not { } principal || policies.Current.OwnerOf(about.Facts.Namespace) == principal.TenantId)
            return next(call);
        return call.Request is StartWorkflowExecutionRequest start ? StartAsync(next, call, about, start, principal.TenantId) : WithStartAsync(next, call, about, principal.TenantId);
    };

    private async Task<IMessage> StartAsync(RpcHandler next, RpcCall call, GatewayCall about, StartWorkflowExecutionRequest start, string tenant)
    {
        var wantsNew = start is { WorkflowIdReusePolicy: WorkflowIdReusePolicy.RejectDuplicate, WorkflowIdConflictPolicy: WorkflowIdConflictPolicy.Fail or WorkflowIdConflictPolicy.Unspecified };
        var asNew = wantsNew ? start : new(start) { WorkflowIdReusePolicy = WorkflowIdReusePolicy.RejectDuplicate, WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.Fail };
        for (var i = 0; ; i++)
        {
            try
            {
                return await next(call with { Request = asNew }).ConfigureAwait(false);
            }
            catch (RpcException e) when (e.Code == RpcStatusCode.AlreadyExists)
            {
                var latest = await runs.FindAsync(about.Facts.Namespace, start.WorkflowId, "", call.Cancellation).ConfigureAwait(false);
                if (latest is null && i < Tries)
                    continue;
                if (latest?.Principal?.TenantId != tenant)
                    throw Taken();
                if (wantsNew)
                    throw;
            }

            return await next(call).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The message of a signal-with-start or update-with-start goes to the run that is there, so that must be looked up first. What another tenant starts in between is found out
    /// afterwards: the ADR says what remains.
    /// </summary>
    private async Task<IMessage> WithStartAsync(RpcHandler next, RpcCall call, GatewayCall about, string tenant)
    {
        var latest = await runs.FindAsync(about.Facts.Namespace, about.Facts.WorkflowId, "", call.Cancellation).ConfigureAwait(false);
        if (latest is not null && latest.Principal?.TenantId != tenant)
            throw Taken();
        var answer = await next(call).ConfigureAwait(false);
        if (latest is not null || ExistingRun(answer) is not { } runId)
            return answer;
        var reached = await runs.FindAsync(about.Facts.Namespace, about.Facts.WorkflowId, runId, call.Cancellation).ConfigureAwait(false);
        return reached?.Principal?.TenantId == tenant ? answer : throw Taken();
    }

    private static string? ExistingRun(IMessage answer) => answer switch
    {
        SignalWithStartWorkflowExecutionResponse { Started: false } r => r.RunId,
        ExecuteMultiOperationResponse r when r.Responses is [{ StartWorkflow: { Started: false } existing }, ..] => existing.RunId,
        _ => null,
    };

    private static RpcException Taken() => Refusals.Denied(
        "This workflow id cannot be used by this caller. Choose another, with the tenant's name in it for example.", "workflow-id-of-another-tenant");
}
