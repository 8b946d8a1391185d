using Google.Protobuf;
using Mandate.Audit;
using Mandate.Credentials.Vault;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;
using Mandate.Stateful.Propagation;
using Principal = Mandate.Identity.Principal;

namespace Mandate.Stateful.Sealing;

/// <summary>
/// Puts API tokens that clients and workers of any SDK send in clear into the vault, and lets the engine see references only. It looks at the member <c>apiToken</c> of a start's
/// arguments, at the signal <c>apiToken</c> and at the update <c>rotateApiToken</c>, sent by clients as well as by workflows. It stands behind the stages that verify the caller and stamp
/// identity, whose signed headers say for whom a token is and who sends it.
/// </summary>
/// <remarks>
/// What only a parent or a run before may hand on, the header <see cref="StatefulNames.TreeHeader"/>, is taken off what comes from clients. Payloads that a codec has sealed cannot be
/// looked into and pass: they are not in clear.
/// </remarks>
/// <param name="options">What it works with.</param>
public sealed class ApiTokenStage(ApiTokenStageOptions options)
{
    private readonly TargetRuns _targets = new(options.Engine, options.Verifier);

    /// <summary>Puts the stage in front of a handler.</summary>
    public RpcHandler Wrap(RpcHandler next) => async call =>
    {
        IMessage? changed = call.Request switch
        {
            StartWorkflowExecutionRequest start => await StartAsync(call, start).ConfigureAwait(false),
            SignalWithStartWorkflowExecutionRequest both => await SignalWithStartAsync(call, both).ConfigureAwait(false),
            SignalWorkflowExecutionRequest { SignalName: StatefulNames.ApiToken } signal => await SignalAsync(call, signal).ConfigureAwait(false),
            UpdateWorkflowExecutionRequest { Request.Input.Name: StatefulNames.RotateApiToken } update => await UpdateAsync(call, update).ConfigureAwait(false),
            ExecuteMultiOperationRequest several => await SeveralAsync(call, several).ConfigureAwait(false),
            RespondWorkflowTaskCompletedRequest completed => await CommandsAsync(call, completed).ConfigureAwait(false),
            CreateScheduleRequest schedule => Scheduled(schedule.Schedule?.Action?.StartWorkflow?.Input),
            UpdateScheduleRequest schedule => Scheduled(schedule.Schedule?.Action?.StartWorkflow?.Input),
            _ => null,
        };
        return await next(changed is null ? call : call with { Request = changed }).ConfigureAwait(false);
    };

    private async Task<StartWorkflowExecutionRequest?> StartAsync(RpcCall call, StartWorkflowExecutionRequest start)
    {
        var input = await SealStartAsync(call, start.Namespace, start.WorkflowId, start.Header, start.Input).ConfigureAwait(false);
        if (input is null && !HasTree(start.Header))
            return null;
        var changed = start.Clone();
        changed.Header?.Fields.Remove(StatefulNames.TreeHeader);
        changed.Input = input ?? changed.Input;
        return changed;
    }

    private async Task<SignalWithStartWorkflowExecutionRequest?> SignalWithStartAsync(RpcCall call, SignalWithStartWorkflowExecutionRequest both)
    {
        var input = await SealStartAsync(call, both.Namespace, both.WorkflowId, both.Header, both.Input).ConfigureAwait(false);
        var signal = both.SignalName == StatefulNames.ApiToken
            ? await TokenArguments.ReplaceFirstAsync(both.SignalInput, async token =>
            {
                var target = await _targets.FindAsync(both.Namespace, new() { WorkflowId = both.WorkflowId }, call.Cancellation).ConfigureAwait(false)
                    ?? new TargetRun(both.WorkflowId, OwnerOf(both.Header, both.Namespace, both.WorkflowId));
                return await SetBySenderAsync(call, both.Namespace, target, both.Header, WorkflowMessageKind.Signal, both.SignalName, token).ConfigureAwait(false);
            }).ConfigureAwait(false)
            : null;
        if (input is null && signal is null && !HasTree(both.Header))
            return null;
        var changed = both.Clone();
        changed.Header?.Fields.Remove(StatefulNames.TreeHeader);
        changed.Input = input ?? changed.Input;
        changed.SignalInput = signal ?? changed.SignalInput;
        return changed;
    }

    private async Task<SignalWorkflowExecutionRequest?> SignalAsync(RpcCall call, SignalWorkflowExecutionRequest signal)
    {
        var input = await TokenArguments.ReplaceFirstAsync(
            signal.Input,
            token => SetByMessageAsync(call, signal.Namespace, signal.WorkflowExecution, signal.Header, WorkflowMessageKind.Signal, signal.SignalName, token)).ConfigureAwait(false);
        if (input is null)
            return null;
        var changed = signal.Clone();
        changed.Input = input;
        return changed;
    }

    private async Task<UpdateWorkflowExecutionRequest?> UpdateAsync(RpcCall call, UpdateWorkflowExecutionRequest update)
    {
        var input = update.Request.Input;
        var arguments = await TokenArguments.ReplaceFirstAsync(
            input.Args,
            token => SetByMessageAsync(call, update.Namespace, update.WorkflowExecution, input.Header, WorkflowMessageKind.Update, input.Name, token)).ConfigureAwait(false);
        if (arguments is null)
            return null;
        var changed = update.Clone();
        changed.Request.Input.Args = arguments;
        return changed;
    }

    private async Task<ExecuteMultiOperationRequest?> SeveralAsync(RpcCall call, ExecuteMultiOperationRequest several)
    {
        ExecuteMultiOperationRequest? changed = null;
        for (var i = 0; i < several.Operations.Count; i++)
        {
            var operation = several.Operations[i];
            if (operation.StartWorkflow is { } start && await StartAsync(call, start).ConfigureAwait(false) is { } otherStart)
                (changed ??= several.Clone()).Operations[i].StartWorkflow = otherStart;
            else if (operation.UpdateWorkflow is { Request.Input: { Name: StatefulNames.RotateApiToken } input } && TokenArguments.HasFirst(input.Args))
                throw new RpcException(RpcStatusCode.InvalidArgument, "An API token in clear cannot be rotated together with a start: give it to the start as its argument's member apiToken.");
        }

        return changed;
    }

    private async Task<RespondWorkflowTaskCompletedRequest?> CommandsAsync(RpcCall call, RespondWorkflowTaskCompletedRequest completed)
    {
        RespondWorkflowTaskCompletedRequest? changed = null;
        for (var i = 0; i < completed.Commands.Count; i++)
        {
            if (await CommandAsync(call, completed, completed.Commands[i]).ConfigureAwait(false) is { } command)
                (changed ??= completed.Clone()).Commands[i] = command;
        }

        return changed;
    }

    private async Task<Command?> CommandAsync(RpcCall call, RespondWorkflowTaskCompletedRequest completed, Command command)
    {
        var @namespace = completed.Namespace;
        switch (command.CommandType)
        {
            case CommandType.StartChildWorkflowExecution:
                var child = command.StartChildWorkflowExecutionCommandAttributes;
                var input = await TokenArguments.ReplaceMembersAsync(child.Input, async token =>
                {
                    var owner = OwnerOf(child.Header, @namespace, workflowId: null);
                    return await SetAsync(call, new(child.WorkflowId, owner), new("workflow", owner.Tree), token).ConfigureAwait(false);
                }).ConfigureAwait(false);
                return input is null ? null : With(command, c => c.StartChildWorkflowExecutionCommandAttributes.Input = input);

            case CommandType.ContinueAsNewWorkflowExecution:
                var next = command.ContinueAsNewWorkflowExecutionCommandAttributes;
                var again = await TokenArguments.ReplaceMembersAsync(next.Input, async token =>
                {
                    // The pipeline names the run; without it the token would be somebody else's in the tree.
                    if (completed.ResourceId.Length == 0)
                        throw new RpcException(RpcStatusCode.PermissionDenied, "A run that is not known cannot continue with an API token in clear.");
                    return await SetAsync(call, new(completed.ResourceId, OwnerOf(next.Header, @namespace, workflowId: null)), new("workflow", completed.ResourceId), token).ConfigureAwait(false);
                }).ConfigureAwait(false);
                return again is null ? null : With(command, c => c.ContinueAsNewWorkflowExecutionCommandAttributes.Input = again);

            case CommandType.SignalExternalWorkflowExecution when command.SignalExternalWorkflowExecutionCommandAttributes is { SignalName: StatefulNames.ApiToken } signal:
                var arguments = await TokenArguments.ReplaceFirstAsync(signal.Input, async token =>
                {
                    var verdict = options.Verifier.VerifyActor(Actor(signal.Header), @namespace, signal.Execution.WorkflowId, WorkflowMessageKind.Signal, signal.SignalName);
                    if (verdict is not { IsAccepted: true, Sender: { } sender })
                        throw new RpcException(RpcStatusCode.PermissionDenied, "A workflow that is not stated as the sender cannot send an API token in clear.");
                    return await SetAsync(call, new(signal.Execution.WorkflowId, new(verdict.Principal.TenantId, sender.RootWorkflowId, verdict.Principal.UserId)), new("workflow", sender.WorkflowId), token).ConfigureAwait(false);
                }).ConfigureAwait(false);
                return arguments is null ? null : With(command, c => c.SignalExternalWorkflowExecutionCommandAttributes.Input = arguments);

            default:
                return null;
        }
    }

    /// <summary>
    /// A start brings a token for its own run. Where a workflow of that id runs already, nothing is started, or that very start is repeated: then nothing is set either.
    /// </summary>
    private async Task<Payloads?> SealStartAsync(RpcCall call, string @namespace, string workflowId, Header? header, Payloads? input) =>
        await TokenArguments.ReplaceMembersAsync(input, async token =>
        {
            var owner = OwnerOf(header, @namespace, workflowId);
            return await _targets.IsRunningAsync(@namespace, workflowId, call.Cancellation).ConfigureAwait(false)
                ? null
                : await SetAsync(call, new(workflowId, owner), new("user", owner.User, call.Peer ?? ""), token).ConfigureAwait(false);
        }).ConfigureAwait(false);

    private async Task<CredentialReference?> SetByMessageAsync(
        RpcCall call, string @namespace, WorkflowExecution execution, Header? header, WorkflowMessageKind kind, string name, RawToken token) =>
        await SetBySenderAsync(
            call,
            @namespace,
            await _targets.FindAsync(@namespace, execution, call.Cancellation).ConfigureAwait(false) ?? throw new RpcException(RpcStatusCode.NotFound, $"There is no workflow '{execution.WorkflowId}' that an API token could be set for."),
            header,
            kind,
            name,
            token).ConfigureAwait(false);

    /// <summary>A message brings a token for somebody else's run: its sender needs the right to.</summary>
    private async Task<CredentialReference?> SetBySenderAsync(
        RpcCall call, string @namespace, TargetRun target, Header? header, WorkflowMessageKind kind, string name, RawToken token)
    {
        var verdict = await Task.FromResult(options.Verifier.VerifyActor(Actor(header), @namespace, target.WorkflowId, kind, name)).ConfigureAwait(false);
        var refusal = verdict switch
        {
            { IsAccepted: false } => "the sender is not verified",
            { Principal: { } sender } when sender.TenantId != target.Owner.Tenant => "the sender is of another tenant",
            { Principal: { } sender } when !sender.Scopes.Contains(StatefulNames.RotateScope, StringComparer.Ordinal) => $"the sender lacks the scope {StatefulNames.RotateScope}",
            _ => null,
        };
        if (refusal is not null)
        {
            await RecordAsync(call, target, new(verdict.IsAccepted ? "user" : "unknown", verdict.Principal?.UserId ?? "", call.Peer ?? ""), AuditResult.Denied, new() { ["reason"] = refusal }).ConfigureAwait(false);
            throw new RpcException(RpcStatusCode.PermissionDenied, $"The API token is not set: {refusal}.");
        }

        return await SetAsync(call, target, new("user", verdict.Principal!.UserId, call.Peer ?? ""), token).ConfigureAwait(false);
    }

    private async Task<CredentialReference?> SetAsync(RpcCall call, TargetRun target, AuditActor actor, RawToken token)
    {
        try
        {
            var known = token.Hosts is null ? await options.Vault.FindAsync(target.Owner, target.WorkflowId, call.Cancellation).ConfigureAwait(false) : null;
            var reference = await options.Vault.SetAsync(
                new()
                {
                    Owner = target.Owner,
                    Name = target.WorkflowId,
                    Value = token.Value,
                    Hosts = token.Hosts ?? (known is null ? options.DefaultHosts : null),
                    ExpiresAt = token.ExpiresAt,
                },
                CancellationToken.None).ConfigureAwait(false);
            await RecordAsync(call, target, actor, AuditResult.Success, new() { ["epoch"] = $"{reference.Epoch}", ["fingerprint"] = reference.Fingerprint }).ConfigureAwait(false);
            return reference;
        }
        catch (CredentialException e)
        {
            throw new RpcException(e.IsTransient ? RpcStatusCode.Unavailable : RpcStatusCode.PermissionDenied, e.Message, e);
        }
        finally
        {
            token.Value.Dispose();
        }
    }

    private async Task RecordAsync(RpcCall call, TargetRun target, AuditActor actor, AuditResult result, Dictionary<string, string> metadata)
    {
        if (options.Recorder is not { } recorder)
            return;
        try
        {
            await recorder.RecordAsync(
                new AuditEntry
                {
                    Tenant = target.Owner.Tenant,
                    Type = "api-token.set",
                    Action = "set",
                    Result = result,
                    Resource = new("api-token", target.WorkflowId),
                    Actor = actor,
                    Context = new Dictionary<string, string>(StringComparer.Ordinal) { ["request"] = call.Method.Name, ["tree"] = target.Owner.Tree },
                    Metadata = metadata,
                },
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (AuditUnavailableException e)
        {
            throw new RpcException(RpcStatusCode.Unavailable, "The audit ledger cannot be written now, so the call is refused. Try again.", e);
        }
    }

    /// <summary>Whose tree a start belongs to: its own, of whom the stamped principal names.</summary>
    private CredentialOwner OwnerOf(Header? header, string @namespace, string? workflowId)
    {
        var verdict = options.Verifier.Verify(EnvelopeHeader.Read(header?.Fields), @namespace, workflowId);
        if (verdict is not { IsAccepted: true, Principal: { RootWorkflowId: { } root } principal })
            throw new RpcException(RpcStatusCode.PermissionDenied, $"An API token in clear can be taken from a known caller only. {verdict.Message}");
        return new(principal.TenantId, root, principal.UserId);
    }

    private static IMessage? Scheduled(Payloads? input) => TokenArguments.HasMember(input)
        ? throw new RpcException(RpcStatusCode.InvalidArgument, "A schedule cannot hold an API token in clear: it would be out of date at some run. Name a token source instead, with the update rotateApiToken or as OwnTokenSource of a child.")
        : null;

    private static bool HasTree(Header? header) => header?.Fields.ContainsKey(StatefulNames.TreeHeader) == true;

    private static string? Actor(Header? header) => header is not null && header.Fields.TryGetValue(IdentityHeaders.Actor, out var payload) ? EnvelopeHeader.Text(payload) : null;

    private static Command With(Command command, Action<Command> change)
    {
        var changed = command.Clone();
        change(changed);
        return changed;
    }
}
