using Google.Protobuf;
using Mandate.Audit;
using Mandate.Gateway.Auditing;
using Mandate.Gateway.Calls;
using Mandate.Gateway.Tenancy;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Gateway.Authorization;

/// <summary>
/// Whether the caller may do this. (1) The walls between tenants: a namespace that is another tenant's, and a run that is, do not exist for the caller. (2) The rules of the policy. (3)
/// Lists show a caller its own tenant's runs. (4) A start needs somebody to work for.
/// </summary>
internal sealed partial class AuthorizeStage(GatewayOptions options, PolicyStore policies, RunDirectory runs, TenantAttribute tenants, GatewayAudit audit)
{
    private readonly Microsoft.Extensions.Logging.ILogger _logger = Microsoft.Extensions.Logging.LoggerFactoryExtensions.CreateLogger<AuthorizeStage>(options.LoggerFactory);

    public RpcHandler Wrap(RpcHandler next) => async call =>
    {
        var about = GatewayCall.Of(call);
        var policy = policies.Current;
        await CheckNamespaceAsync(call, about, policy).ConfigureAwait(false);
        about = await FindRunAsync(call, about, policy).ConfigureAwait(false);
        await CheckPolicyAsync(call, about, policy).ConfigureAwait(false);
        about = await FindPrincipalAsync(call, about, policy).ConfigureAwait(false);
        call = call with { Context = about };
        if (about.Entry.Group != RpcGroup.List || about.Caller!.TenantId is not { } tenant || policy.OwnerOf(about.Facts.Namespace) == tenant)
            return await next(call).ConfigureAwait(false);
        return await ListAsync(next, call, about, tenant).ConfigureAwait(false);
    };

    /// <summary>Judges one action: true when it may happen, or only would be denied because the policy is on trial.</summary>
    public async ValueTask<bool> MayAsync(RpcCall call, GatewayCall about, PolicyAction action)
    {
        var policy = policies.Current;
        var decision = policy.Decide(action);
        if (decision.IsAllowed)
            return true;
        if (policy.IsDryRun)
        {
            LogWouldDeny(action.ToString(), action.Caller.Subject, decision.Reason);
            await audit.RecordAsync(call, about, "authorization.dry-run", AuditResult.Denied, ("reason", decision.Reason), ("operation", action.ToString()), ("dryRun", "true")).ConfigureAwait(false);
            return true;
        }

        await audit.DeniedAsync(call, about, decision.Reason, ("operation", action.ToString())).ConfigureAwait(false);
        return false;
    }

    private async ValueTask CheckNamespaceAsync(RpcCall call, GatewayCall about, Policy policy)
    {
        if (about.Caller!.TenantId is not { } tenant || about.Entry.Group == RpcGroup.Operator)
            return;
        var name = about.Facts.Namespace;
        if (call.Request is DescribeNamespaceRequest { Namespace.Length: 0 })
        {
            await audit.DeniedAsync(call, about, "namespace-by-id").ConfigureAwait(false);
            throw Refusals.NamespaceNotFound(about.Facts.Subject);
        }

        if (policy.OwnerOf(name) is not { } owner || owner == tenant)
            return;
        await audit.DeniedAsync(call, about, "namespace-of-another-tenant").ConfigureAwait(false);
        throw Refusals.NamespaceNotFound(name);
    }

    /// <summary>Looks up the run a call is about. For a caller of a tenant it must be that tenant's.</summary>
    private async ValueTask<GatewayCall> FindRunAsync(RpcCall call, GatewayCall about, Policy policy)
    {
        var (facts, tenant) = (about.Facts, about.Caller!.TenantId);
        if (about.Entry.Group == RpcGroup.Schedule && tenant is not null && policy.OwnerOf(facts.Namespace) != tenant)
        {
            await audit.DeniedAsync(call, about, "schedule-in-shared-namespace").ConfigureAwait(false);
            throw Refusals.Denied("Schedules do not say to which tenant they belong, so tenants use them in a namespace of their own only.", "schedule-in-shared-namespace");
        }

        if (about.Entry.Group is not (RpcGroup.Message or RpcGroup.Read or RpcGroup.Activity))
            return about;
        var run = await runs.FindAsync(facts.Namespace, facts.WorkflowId, facts.RunId, call.Cancellation).ConfigureAwait(false);
        if (tenant is null)
            return about with { Run = run };
        if (run?.Principal?.TenantId == tenant)
            return about with { Run = run };
        var reason = run is null ? "execution-unknown" : run.Principal is null ? "execution-of-nobody" : "execution-of-another-tenant";
        await audit.DeniedAsync(call, about, reason).ConfigureAwait(false);
        throw Refusals.RunNotFound(facts.WorkflowId, facts.RunId, reason);
    }

    private async ValueTask CheckPolicyAsync(RpcCall call, GatewayCall about, Policy policy)
    {
        // Who has not shown who it is may be told what the service is, where the settings say so, and that is no rule's matter.
        if (options.AllowAnonymousSystemInfo && call.Request is GetSystemInfoRequest)
            return;
        var (facts, caller) = (about.Facts, about.Caller!);
        var action = new PolicyAction(caller, caller.TenantId ?? about.Run?.Principal?.TenantId, about.Entry.Group, about.Entry.Method.Name, facts.Namespace)
        {
            WorkflowType = facts.WorkflowType.Length > 0 ? facts.WorkflowType : about.Run?.WorkflowType ?? "",
            TaskQueue = facts.TaskQueue.Length > 0 ? facts.TaskQueue : about.Run?.TaskQueue ?? "",
            Message = facts.Message,
            MessageName = facts.MessageName,
        };
        if (!await MayAsync(call, about, action).ConfigureAwait(false))
            throw Denied(policy.Decide(action));
    }

    private static RpcException Denied(PolicyDecision decision) => Refusals.Denied("The policy of this service does not allow this. The ledger has the reason.", decision.Reason);

    /// <summary>For whom a start works: the caller, or whom the settings name for callers who act for nobody.</summary>
    private async ValueTask<GatewayCall> FindPrincipalAsync(RpcCall call, GatewayCall about, Policy policy)
    {
        if (about.Entry.Group != RpcGroup.Start)
            return about;
        if ((about.Caller!.Principal ?? options.SystemPrincipal) is not { } principal)
        {
            await audit.DeniedAsync(call, about, "principal-missing").ConfigureAwait(false);
            throw Refusals.Denied(
                "A run works for somebody, and this caller acts for nobody. Call with a user's token, or name a principal for such runs in Mandate:Identity:AllowSystemPrincipal.", "principal-missing");
        }

        if (policy.OwnerOf(about.Facts.Namespace) is { } owner && owner != principal.TenantId)
        {
            await audit.DeniedAsync(call, about, "namespace-of-another-tenant").ConfigureAwait(false);
            throw Refusals.NamespaceNotFound(about.Facts.Namespace);
        }

        return about with { ActsFor = principal };
    }

    private async Task<IMessage> ListAsync(RpcHandler next, RpcCall call, GatewayCall about, string tenant)
    {
        IMessage narrowed;
        try
        {
            narrowed = call.Request switch
            {
                ListWorkflowExecutionsRequest list => new ListWorkflowExecutionsRequest(list) { Query = tenants.Narrow(list.Query, tenant) },
                CountWorkflowExecutionsRequest count => new CountWorkflowExecutionsRequest(count) { Query = tenants.Narrow(count.Query, tenant) },
                _ => throw new InvalidOperationException($"{about.Entry.Method.Name} lists runs in a way nobody has said how to narrow."),
            };
        }
        catch (RpcException e)
        {
            await audit.DeniedAsync(call, about, Refusals.ReasonOf(e)!).ConfigureAwait(false);
            throw;
        }

        var answer = await next(call with { Request = narrowed }).ConfigureAwait(false);
        return answer is ListWorkflowExecutionsResponse listed ? tenants.Only(listed, tenant) : answer;
    }
}
