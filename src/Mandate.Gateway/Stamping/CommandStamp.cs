using Google.Protobuf;
using Mandate.Audit;
using Mandate.Gateway.Auditing;
using Mandate.Gateway.Authorization;
using Mandate.Gateway.Calls;
using Mandate.Gateway.Tenancy;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Gateway.Stamping;

/// <summary>
/// The commands in a workflow task's answer. Whatever SDK the worker uses, what its workflow starts carries the run's own principal, and what it sends names the sending workflow.
/// <list type="number">
/// <item>Each command must be known and allowed by the policy, and carry no other principal than the run's. Else the task is failed, with the reason in the history.</item>
/// <item>A child whose id is another tenant's is made to fail as one whose id is taken; a signal or cancel to another tenant's run is sent to a run that does not exist.</item>
/// <item>What reaches other runs is recorded before the engine gets it.</item>
/// </list>
/// </summary>
internal sealed class CommandStamp(GatewayOptions options, RpcHandler engine, PolicyStore policies, RunDirectory runs, TenantAttribute tenants, AuthorizeStage authorize, GatewayAudit audit)
{
    /// <summary>Run id that no run has.</summary>
    private const string NoRun = "00000000-0000-0000-0000-000000000000";

    public async Task<IMessage> HandleAsync(RpcHandler next, RpcCall call, GatewayCall about, RespondWorkflowTaskCompletedRequest request)
    {
        // The request is a copy already, made when its token was opened. Stages behind this one learn from it whose commands they are.
        if (request.Commands.Count > 0)
            request.ResourceId = about.Run!.WorkflowId;
        var records = new List<(string Type, string Action, string Target, AuditResult Result, string Reason)>();
        for (var i = 0; i < request.Commands.Count; i++)
        {
            if (await StampAsync(call, about, request.Commands[i], i, records).ConfigureAwait(false) is { } refusal)
                return await FailAsync(call, about, request, refusal).ConfigureAwait(false);
        }

        if (records.Count > 0)
        {
            await Task.WhenAll(records.Select(r => audit.CommandAsync(call, about, r.Result == AuditResult.Success ? r.Type + ".requested" : r.Type, r.Action, r.Target, r.Result,
                r.Reason.Length > 0 ? [("reason", r.Reason)] : []))).ConfigureAwait(false);
        }

        return await next(call).ConfigureAwait(false);
    }

    private async ValueTask<CommandRefusal?> StampAsync(
        RpcCall call, GatewayCall about, Command command, int index, List<(string Type, string Action, string Target, AuditResult Result, string Reason)> records)
    {
        var run = about.Run!;
        var what = Describe(command, run);
        if (CommandNames.Of(command) is not { } name)
            return new("command-unknown", $"Command {index + 1} is of a kind this service does not know ({(int)command.CommandType}), so it is refused.", what.Cause, what.Type, what.Action, what.Target);
        if (what.Namespace.Length > 0 && what.Namespace != run.Namespace)
            return what.Refuse("command-to-another-namespace", $"Command {index + 1} ({name}) names the namespace '{what.Namespace}'. A signed principal is good for its own namespace alone.");
        var action = new PolicyAction(about.Caller!, run.Principal!.TenantId, RpcGroup.Command, name, run.Namespace)
        {
            WorkflowType = what.WorkflowType, TaskQueue = what.TaskQueue, Message = what.Signal.Length > 0 ? WorkflowMessageKind.Signal : null, MessageName = what.Signal,
        };
        if (policies.Current.Decide(action) is { IsAllowed: false } denied && !await authorize.MayAsync(call, about, action).ConfigureAwait(false))
            return what.Refuse(denied.Reason, $"Command {index + 1} ({name}) is not allowed by the policy of this service.");
        if (Forged(what.Header, run))
            return what.Refuse("principal-forged", $"Command {index + 1} ({name}) carries another principal than the run's own. A run works for whom it was started, and so does all it starts.");
        if (tenants.IsIn(what.SearchAttributes) && !IsOwn(what.SearchAttributes!, run))
            return what.Refuse("tenant-forged", $"Command {index + 1} ({name}) sets the search attribute '{tenants.Name}', which is the service's own.");

        switch (command.AttributesCase)
        {
            case Command.AttributesOneofCase.ScheduleActivityTaskCommandAttributes:
                var activity = command.ScheduleActivityTaskCommandAttributes;
                activity.Header = Stamp(activity.Header, run);
                break;
            case Command.AttributesOneofCase.ContinueAsNewWorkflowExecutionCommandAttributes:
                var next = command.ContinueAsNewWorkflowExecutionCommandAttributes;
                next.Header = Stamp(next.Header, run);
                if (next.SearchAttributes is { IndexedFields.Count: > 0 })
                    next.SearchAttributes = tenants.With(next.SearchAttributes, run.Principal.TenantId);
                records.Add((what.Type, what.Action, what.Target, AuditResult.Success, ""));
                break;
            case Command.AttributesOneofCase.StartChildWorkflowExecutionCommandAttributes:
                await StartChildAsync(call, run, command.StartChildWorkflowExecutionCommandAttributes, what, records).ConfigureAwait(false);
                break;
            case Command.AttributesOneofCase.SignalExternalWorkflowExecutionCommandAttributes:
                var signal = command.SignalExternalWorkflowExecutionCommandAttributes;
                signal.Header = SignalHeader(signal, run);
                signal.Execution ??= new();
                if (!await ReachesAsync(call, run, signal.Execution.WorkflowId, signal.Execution.RunId, signal.ChildWorkflowOnly, what, records).ConfigureAwait(false))
                    signal.Execution = new() { WorkflowId = signal.Execution.WorkflowId, RunId = NoRun };
                break;
            case Command.AttributesOneofCase.RequestCancelExternalWorkflowExecutionCommandAttributes:
                var cancel = command.RequestCancelExternalWorkflowExecutionCommandAttributes;
                if (!await ReachesAsync(call, run, cancel.WorkflowId, cancel.RunId, cancel.ChildWorkflowOnly, what, records).ConfigureAwait(false))
                    cancel.RunId = NoRun;
                break;
        }

        return null;
    }

    private async ValueTask StartChildAsync(
        RpcCall call, RunFacts run, StartChildWorkflowExecutionCommandAttributes child, CommandTarget what, List<(string Type, string Action, string Target, AuditResult Result, string Reason)> records)
    {
        child.Header = Stamp(child.Header, run);
        child.SearchAttributes = tenants.With(child.SearchAttributes, run.Principal!.TenantId);
        if (policies.Current.OwnerOf(run.Namespace) != run.Principal.TenantId)
        {
            // Not there yet: whoever is faster, the child does not take over another's id. Another's: it is taken.
            var latest = await runs.FindAsync(run.Namespace, child.WorkflowId, "", call.Cancellation).ConfigureAwait(false);
            if (latest?.Principal?.TenantId != run.Principal.TenantId)
                child.WorkflowIdReusePolicy = WorkflowIdReusePolicy.RejectDuplicate;
            if (latest is not null && latest.Principal?.TenantId != run.Principal.TenantId)
            {
                records.Add((what.Type, what.Action, what.Target, AuditResult.Denied, "workflow-id-of-another-tenant"));
                return;
            }
        }

        records.Add((what.Type, what.Action, what.Target, AuditResult.Success, ""));
    }

    /// <summary>Whether a message of the run may reach another one: its own child, which the engine sees to, or a run of its tenant.</summary>
    private async ValueTask<bool> ReachesAsync(
        RpcCall call, RunFacts run, string workflowId, string runId, bool childOnly, CommandTarget what, List<(string Type, string Action, string Target, AuditResult Result, string Reason)> records)
    {
        var tenant = run.Principal!.TenantId;
        var target = childOnly || policies.Current.OwnerOf(run.Namespace) == tenant
            ? null
            : await runs.FindAsync(run.Namespace, workflowId, runId, call.Cancellation).ConfigureAwait(false);
        var reaches = childOnly || policies.Current.OwnerOf(run.Namespace) == tenant || target?.Principal?.TenantId == tenant;
        records.Add((what.Type, what.Action, what.Target, reaches ? AuditResult.Success : AuditResult.Denied, reaches ? "" : target is null ? "execution-unknown" : "execution-of-another-tenant"));
        return reaches;
    }

    /// <summary>A workflow states itself as the sender; the principal of its tree, which an SDK may have put there, does not travel to other runs.</summary>
    private Header? SignalHeader(SignalExternalWorkflowExecutionCommandAttributes signal, RunFacts run)
    {
        IdentityHeader.Strip(signal.Header, []);
        if (run.Principal is not { } principal)
            return signal.Header;
        var header = signal.Header ?? new();
        var sender = new WorkflowSender(run.WorkflowId, run.RunId, run.RootWorkflowId);
        header.Fields[IdentityHeaders.Actor] = IdentityHeader.Write(options.Signer.SignActor(
            principal, sender, run.Namespace, signal.Execution?.WorkflowId ?? "", WorkflowMessageKind.Signal, signal.SignalName));
        return header;
    }

    private static Header? Stamp(Header? header, RunFacts run)
    {
        IdentityHeader.Strip(header, []);
        if (run.Envelope is null)
            return header;
        var stamped = header ?? new();
        stamped.Fields[IdentityHeaders.Principal] = IdentityHeader.Write(run.Envelope);
        return stamped;
    }

    /// <summary>What stands in a command already must be the run's own principal: a worker with identity propagation puts it there, and nobody else has a reason to put anything.</summary>
    private static bool Forged(Header? header, RunFacts run)
    {
        if (header is null)
            return false;
        foreach (var (name, payload) in header.Fields)
        {
            if (string.Equals(name.Trim(), IdentityHeaders.Actor, StringComparison.OrdinalIgnoreCase))
                return true;
            if (string.Equals(name.Trim(), IdentityHeaders.Principal, StringComparison.OrdinalIgnoreCase)
                && (name != IdentityHeaders.Principal || IdentityHeader.Read(header, name) != run.Envelope))
                return true;
        }

        return false;
    }

    private bool IsOwn(SearchAttributes attributes, RunFacts run) =>
        attributes.IndexedFields[tenants.Name].Data.Equals(tenants.With(null, run.Principal!.TenantId).IndexedFields[tenants.Name].Data);

    /// <summary>
    /// The engine is told that the task failed, and why; the worker is told the same. From the second attempt on the engine is told nothing: the task times out and comes again at its own
    /// pace, not in a circle.
    /// </summary>
    private async Task<IMessage> FailAsync(RpcCall call, GatewayCall about, RespondWorkflowTaskCompletedRequest request, CommandRefusal refusal)
    {
        if (!refusal.Reason.StartsWith("policy:", StringComparison.Ordinal))
            await audit.CommandAsync(call, about, refusal.Type, refusal.Action, refusal.TargetId, AuditResult.Denied, ("reason", refusal.Reason)).ConfigureAwait(false);
        if (about.Attempt <= 1)
        {
            await engine(new RpcCall(new RespondWorkflowTaskFailedRequest
            {
                TaskToken = request.TaskToken,
                Namespace = request.Namespace,
                Identity = "mandate-gateway",
                Cause = refusal.Cause,
                Failure = new() { Message = refusal.Message, Source = "mandate-gateway", ApplicationFailureInfo = new() { Type = IdentityFailureTypes.Refused, NonRetryable = true } },
            })).ConfigureAwait(false);
        }

        throw Refusals.Create(RpcStatusCode.InvalidArgument, refusal.Message, refusal.Reason);
    }

    private static CommandTarget Describe(Command command, RunFacts run) => command.AttributesCase switch
    {
        Command.AttributesOneofCase.ScheduleActivityTaskCommandAttributes when command.ScheduleActivityTaskCommandAttributes is var a => new(
            "activity.schedule", "schedule-activity", run.WorkflowId, WorkflowTaskFailedCause.BadScheduleActivityAttributes)
        {
            WorkflowType = run.WorkflowType, TaskQueue = a.TaskQueue?.Name is { Length: > 0 } queue ? queue : run.TaskQueue, Header = a.Header,
        },
        Command.AttributesOneofCase.StartChildWorkflowExecutionCommandAttributes when command.StartChildWorkflowExecutionCommandAttributes is var c => new(
            "execution.start", "start-child", c.WorkflowId, WorkflowTaskFailedCause.BadStartChildExecutionAttributes)
        {
            Namespace = c.Namespace, WorkflowType = c.WorkflowType?.Name ?? "", TaskQueue = c.TaskQueue?.Name is { Length: > 0 } queue ? queue : run.TaskQueue, Header = c.Header,
            SearchAttributes = c.SearchAttributes,
        },
        Command.AttributesOneofCase.ContinueAsNewWorkflowExecutionCommandAttributes when command.ContinueAsNewWorkflowExecutionCommandAttributes is var n => new(
            "execution.start", "continue-as-new", run.WorkflowId, WorkflowTaskFailedCause.BadContinueAsNewAttributes)
        {
            WorkflowType = n.WorkflowType?.Name is { Length: > 0 } type ? type : run.WorkflowType, TaskQueue = n.TaskQueue?.Name is { Length: > 0 } queue ? queue : run.TaskQueue, Header = n.Header,
            SearchAttributes = n.SearchAttributes,
        },
        Command.AttributesOneofCase.SignalExternalWorkflowExecutionCommandAttributes when command.SignalExternalWorkflowExecutionCommandAttributes is var s => new(
            "execution.signal", "signal-external", s.Execution?.WorkflowId ?? "", WorkflowTaskFailedCause.BadSignalWorkflowExecutionAttributes)
        {
            Namespace = s.Namespace, WorkflowType = run.WorkflowType, TaskQueue = run.TaskQueue, Signal = s.SignalName, Header = s.Header,
        },
        Command.AttributesOneofCase.RequestCancelExternalWorkflowExecutionCommandAttributes when command.RequestCancelExternalWorkflowExecutionCommandAttributes is var x => new(
            "execution.cancel", "cancel-external", x.WorkflowId, WorkflowTaskFailedCause.BadRequestCancelExternalWorkflowExecutionAttributes)
        {
            Namespace = x.Namespace, WorkflowType = run.WorkflowType, TaskQueue = run.TaskQueue,
        },
        Command.AttributesOneofCase.UpsertWorkflowSearchAttributesCommandAttributes => new("task.answer", "upsert-search-attributes", run.WorkflowId, WorkflowTaskFailedCause.BadSearchAttributes)
        {
            WorkflowType = run.WorkflowType, TaskQueue = run.TaskQueue, SearchAttributes = command.UpsertWorkflowSearchAttributesCommandAttributes.SearchAttributes,
        },
        _ => new("task.answer", "command", run.WorkflowId, WorkflowTaskFailedCause.WorkflowWorkerUnhandledFailure) { WorkflowType = run.WorkflowType, TaskQueue = run.TaskQueue },
    };
}
