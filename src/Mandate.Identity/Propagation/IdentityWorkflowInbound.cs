using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Workflows;
using Microsoft.Extensions.Logging;

namespace Mandate.Identity.Propagation;

/// <summary>
/// Verifies a run before any of its code runs. A verdict depends on the envelope and the keys alone, so replay comes to the same one; where the keys do not allow one, the workflow
/// task fails and is tried again, so that a run is never ended because a key set could not be reached.
/// </summary>
internal sealed partial class IdentityWorkflowInbound(WorkflowInboundInterceptor next, IdentityPropagationOptions options) : WorkflowInboundInterceptor(next)
{
    private readonly ILogger _logger = options.LoggerFactory.CreateLogger<IdentityWorkerInterceptor>();
    private RunIdentity _run = null!;

    public override void Init(WorkflowOutboundInterceptor outbound)
    {
        _run = Verify(Workflow.Info);
        CurrentPrincipal.Register(_run);
        base.Init(new IdentityWorkflowOutbound(outbound, _run));
    }

    public override Task<object?> ExecuteWorkflowAsync(ExecuteWorkflowInput input)
    {
        if (!_run.Verdict.IsAccepted && !Workflow.Unsafe.IsReplaying)
            LogRunRefused(Workflow.Info.WorkflowType, Workflow.Info.WorkflowId, Workflow.Info.RunId, _run.Verdict.Refusal.Value);
        _run.Require();
        return base.ExecuteWorkflowAsync(input);
    }

    /// <summary>A signal whose sender is not good is dropped: to fail the workflow instead would let anybody end it.</summary>
    public override async Task HandleSignalAsync(HandleSignalInput input)
    {
        if (!_run.Verdict.IsAccepted)
            return;
        var (verdict, sender) = VerifySender(input.Headers, WorkflowMessageKind.Signal, input.Signal);
        if (verdict is { IsAccepted: false })
        {
            if (!Workflow.Unsafe.IsReplaying)
                LogMessageRefused("signal", input.Signal, Workflow.Info.WorkflowId, verdict.Refusal.Value);
            return;
        }

        using (CurrentPrincipal.UseSender(sender))
            await base.HandleSignalAsync(input).ConfigureAwait(true);
    }

    public override void ValidateUpdate(HandleUpdateInput input)
    {
        using (CurrentPrincipal.UseSender(RequireSender(input.Headers, WorkflowMessageKind.Update, input.Update)))
            base.ValidateUpdate(input);
    }

    public override async Task<object?> HandleUpdateAsync(HandleUpdateInput input)
    {
        // An accepted update was validated, so its sender is good; on replay the verdict is made anew from the same bytes.
        var (_, sender) = VerifySender(input.Headers, WorkflowMessageKind.Update, input.Update);
        using (CurrentPrincipal.UseSender(sender))
            return await base.HandleUpdateAsync(input).ConfigureAwait(true);
    }

    public override object? HandleQuery(HandleQueryInput input)
    {
        using (CurrentPrincipal.UseSender(RequireSender(input.Headers, WorkflowMessageKind.Query, input.Query)))
            return base.HandleQuery(input);
    }

    private RunIdentity Verify(WorkflowInfo info)
    {
        var envelope = HeaderPayload.Read(info.Headers, IdentityHeaders.Principal);
        if (envelope is null && options.AllowSystemPrincipal is { } system)
            return new(PrincipalVerdict.Accept(system), Envelope: null);

        var verdict = options.Verifier.Verify(envelope, info.Namespace, RootOf(info));
        ThrowWhenUndecided(verdict, "principal");
        return new(verdict, verdict.IsAccepted ? info.Headers![IdentityHeaders.Principal] : null);
    }

    /// <summary>The sender of a message that is answered: one that is not good is told so.</summary>
    private MessageSender? RequireSender(IReadOnlyDictionary<string, Payload>? headers, WorkflowMessageKind kind, string name)
    {
        _run.Require();
        var (verdict, sender) = VerifySender(headers, kind, name);
        if (verdict is null or { IsAccepted: true })
            return sender;
        var what = kind is WorkflowMessageKind.Update ? "update" : "query";
        LogMessageRefused(what, name, Workflow.Info.WorkflowId, verdict.Refusal.Value);
        throw new ApplicationFailureException($"The {what} is refused. {verdict.Message}", IdentityFailureTypes.Refused, nonRetryable: true);
    }

    /// <summary>
    /// Who sent a message. A person's message carries a statement of its own, and so does a workflow's where the pipeline states it; without the pipeline a workflow's carries the
    /// principal of its tree. All must be of the run's tenant. Nothing where the message carries neither and that is allowed.
    /// </summary>
    private (PrincipalVerdict? Verdict, MessageSender? Sender) VerifySender(IReadOnlyDictionary<string, Payload>? headers, WorkflowMessageKind kind, string name)
    {
        var info = Workflow.Info;
        var actor = HeaderPayload.Read(headers, IdentityHeaders.Actor);
        var tree = actor is null ? HeaderPayload.Read(headers, IdentityHeaders.Principal) : null;
        if (actor is null && tree is null && options.AllowUnsignedMessages)
            return (null, null);

        var verdict = tree is null
            ? options.Verifier.VerifyActor(actor, info.Namespace, info.WorkflowId, kind, name)
            : options.Verifier.Verify(tree, info.Namespace, rootWorkflowId: null);
        ThrowWhenUndecided(verdict, "sender of a message");
        if (!verdict.IsAccepted)
            return (verdict, null);
        return verdict.Principal.TenantId == _run.Require().TenantId
            ? (verdict, SenderOf(verdict.Principal, verdict.Sender, info))
            : (PrincipalVerdict.Refuse(PrincipalRefusal.WrongTenant), null);
    }

    private static MessageSender SenderOf(Principal principal, WorkflowSender? workflow, WorkflowInfo info)
    {
        var root = workflow?.RootWorkflowId ?? principal.RootWorkflowId;
        return new()
        {
            Principal = principal,
            Workflow = workflow,
            RootWorkflowId = root,
            IsOfSameTree = root is not null && root == RootOf(info),
            IsParent = workflow is not null && workflow.WorkflowId == info.Parent?.WorkflowId,
            IsRoot = workflow is not null && workflow.WorkflowId == RootOf(info),
        };
    }

    /// <summary>Top of the run's tree. A child whose server does not say where the tree begins cannot be tied to it: nothing is fixed to the empty id.</summary>
    private static string RootOf(WorkflowInfo info) => info.Root?.WorkflowId ?? (info.Parent is null ? info.WorkflowId : "");

    /// <summary>On replay an unknown key means a key that was removed too early: whatever was decided with it must not be decided otherwise now.</summary>
    private static void ThrowWhenUndecided(PrincipalVerdict verdict, string what)
    {
        if (verdict.Refusal is PrincipalRefusal.KeysUnavailable || (verdict.Refusal is PrincipalRefusal.UnknownKey && Workflow.Unsafe.IsReplaying))
        {
            throw new PrincipalKeysUnavailableException(
                $"The {what} of workflow '{Workflow.Info.WorkflowId}' cannot be verified now. {verdict.Message} The workflow task is tried again; check that the key set can be reached and still holds the keys of open runs.");
        }
    }
}
