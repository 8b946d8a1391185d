using Google.Protobuf;
using Mandate.Audit;
using Mandate.Credentials.Vault;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Stateful.Sealing;

/// <summary>
/// Puts API tokens that clients and workers of any SDK send in clear into the vault, and lets the engine see references only. It looks at the member <c>apiToken</c> of a start's
/// arguments, at the signal <c>apiToken</c> and at the update <c>rotateApiToken</c>, sent by clients as well as by workflows. It stands behind the stages that verify the caller and stamp
/// identity, whose signed headers say for whom a token is and who sends it. A token counts when what brought it was accepted.
/// </summary>
/// <remarks>
/// What only a parent or a run before may hand on, the header <see cref="StatefulNames.TreeHeader"/>, is taken off what comes from clients. Payloads that the payload codec has sealed cannot
/// be looked into and pass: they are not in clear. What else stands under these names and cannot be read for certain is refused.
/// </remarks>
/// <param name="options">What it works with.</param>
public sealed class ApiTokenStage(ApiTokenStageOptions options)
{
    private readonly TargetRuns _targets = new(options.Engine, options.Verifier);
    private readonly TokenCommands _commands = new(options);

    /// <summary>Puts the stage in front of a handler.</summary>
    public RpcHandler Wrap(RpcHandler next) => async call =>
    {
        var tokens = new CallTokens(options, call);
        IMessage? changed;
        try
        {
            changed = await SealAsync(call, tokens).ConfigureAwait(false);
        }
        catch
        {
            await tokens.WithdrawAsync("the call was refused").ConfigureAwait(false);
            throw;
        }

        return await tokens.SendAsync(next, changed is null ? call : call with { Request = changed }).ConfigureAwait(false);
    };

    private async Task<IMessage?> SealAsync(RpcCall call, CallTokens tokens) => call.Request switch
    {
        StartWorkflowExecutionRequest start => await StartAsync(call, tokens, start, RunOf).ConfigureAwait(false),
        SignalWithStartWorkflowExecutionRequest both => await SignalWithStartAsync(call, tokens, both).ConfigureAwait(false),
        SignalWorkflowExecutionRequest { SignalName: StatefulNames.ApiToken } signal => await SignalAsync(call, tokens, signal).ConfigureAwait(false),
        UpdateWorkflowExecutionRequest { Request.Input.Name: StatefulNames.RotateApiToken } update => await UpdateAsync(call, tokens, update).ConfigureAwait(false),
        ExecuteMultiOperationRequest several => await SeveralAsync(call, tokens, several).ConfigureAwait(false),
        RespondWorkflowTaskCompletedRequest completed => await _commands.SealAsync(call, tokens, completed).ConfigureAwait(false),
        ResetWorkflowExecutionRequest reset => Reset(reset),
        CreateScheduleRequest schedule => Scheduled(schedule.Schedule?.Action?.StartWorkflow?.Input),
        UpdateScheduleRequest schedule => Scheduled(schedule.Schedule?.Action?.StartWorkflow?.Input),
        _ => null,
    };

    /// <param name="call">The call.</param>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="start">The start in it.</param>
    /// <param name="runOf">The run that the answer names; empty for the newest of the id, null where none can have begun.</param>
    private async Task<StartWorkflowExecutionRequest?> StartAsync(RpcCall call, CallTokens tokens, StartWorkflowExecutionRequest start, Func<IMessage?, string?> runOf)
    {
        var input = await SealStartAsync(call, tokens, start.Namespace, start.WorkflowId, start.Header, start.Input, runOf).ConfigureAwait(false);
        if (input is null && !HasTree(start.Header))
            return null;
        var changed = start.Clone();
        changed.Header?.Fields.Remove(StatefulNames.TreeHeader);
        changed.Input = input ?? changed.Input;
        return changed;
    }

    private async Task<SignalWithStartWorkflowExecutionRequest?> SignalWithStartAsync(RpcCall call, CallTokens tokens, SignalWithStartWorkflowExecutionRequest both)
    {
        var input = await SealStartAsync(call, tokens, both.Namespace, both.WorkflowId, both.Header, both.Input, RunOf).ConfigureAwait(false);
        var signal = both.SignalName == StatefulNames.ApiToken
            ? await TokenArguments.ReplaceOnlyAsync(both.SignalInput, async token =>
            {
                // The run that is open gets it, else the one that this starts.
                var target = await _targets.FindOpenAsync(both.Namespace, new() { WorkflowId = both.WorkflowId }, call.Cancellation).ConfigureAwait(false)
                    ?? new TargetRun(both.WorkflowId, HeaderOwner.Of(options.Verifier, both.Header, both.Namespace, both.WorkflowId), Hosts: RawToken.HostsOf(TokenArguments.ApiUrlOf(both.Input)));
                return await PrepareBySenderAsync(
                    call, tokens, both.Namespace, target, both.Header, WorkflowMessageKind.Signal, both.SignalName, token, (answer, to, reference) => ReachedAsync(both, to, answer, reference)).ConfigureAwait(false);
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

    private async Task<SignalWorkflowExecutionRequest?> SignalAsync(RpcCall call, CallTokens tokens, SignalWorkflowExecutionRequest signal)
    {
        var input = await TokenArguments.ReplaceOnlyAsync(
            signal.Input,
            token => PrepareByMessageAsync(call, tokens, signal.Namespace, signal.WorkflowExecution, signal.Header, WorkflowMessageKind.Signal, signal.SignalName, token, async (answer, target, reference) =>
                answer is not null && !await IsRepeatedAsync(signal.Namespace, signal.WorkflowExecution, signal.RequestId, target, reference).ConfigureAwait(false)))
            .ConfigureAwait(false);
        if (input is null)
            return null;
        var changed = signal.Clone();
        changed.Input = input;
        return changed;
    }

    private async Task<UpdateWorkflowExecutionRequest?> UpdateAsync(RpcCall call, CallTokens tokens, UpdateWorkflowExecutionRequest update)
    {
        var input = update.Request.Input;
        var arguments = await TokenArguments.ReplaceOnlyAsync(
            input.Args,
            token => PrepareByMessageAsync(
                call, tokens, update.Namespace, update.WorkflowExecution, input.Header, WorkflowMessageKind.Update, input.Name, token, async (answer, target, reference) =>
                    IsAccepted(answer as UpdateWorkflowExecutionResponse) is var accepted && accepted == true
                    && await IsRepeatedAsync(update.Namespace, update.WorkflowExecution, update.Request.Meta?.UpdateId ?? "", target, reference).ConfigureAwait(false) ? false : accepted))
            .ConfigureAwait(false);
        if (arguments is null)
            return null;
        var changed = update.Clone();
        changed.Request.Input.Args = arguments;
        return changed;
    }

    private async Task<ExecuteMultiOperationRequest?> SeveralAsync(RpcCall call, CallTokens tokens, ExecuteMultiOperationRequest several)
    {
        foreach (var update in several.Operations.Select(o => o.UpdateWorkflow?.Request?.Input).Where(i => i is { Name: StatefulNames.RotateApiToken }))
            TokenArguments.RefuseOnly(update!.Args, "An API token in clear cannot be rotated together with a start: give it to the start as its argument's member apiToken.");
        // Refused it may be for its update alone, with the start carried out: then the newest run of the id tells.
        ExecuteMultiOperationRequest? changed = null;
        for (var i = 0; i < several.Operations.Count; i++)
        {
            var place = i;
            if (several.Operations[i].StartWorkflow is { } start
                && await StartAsync(call, tokens, start, answer => answer is ExecuteMultiOperationResponse { Responses: var responses } ? responses[place].StartWorkflow.RunId : "").ConfigureAwait(false) is { } other)
            {
                (changed ??= several.Clone()).Operations[i].StartWorkflow = other;
            }
        }

        return changed;
    }

    /// <summary>A start brings a token for its own run. It counts if that run was begun with it, whatever ran under the id before and whatever the policies for that say.</summary>
    private async Task<Payloads?> SealStartAsync(
        RpcCall call, CallTokens tokens, string @namespace, string workflowId, Header? header, Payloads? input, Func<IMessage?, string?> runOf) =>
        await TokenArguments.ReplaceMembersAsync(input, async token =>
        {
            var owner = HeaderOwner.Of(options.Verifier, header, @namespace, workflowId);
            CredentialReference reference = null!;
            reference = await tokens.PrepareAsync(
                new(workflowId, owner), new("user", owner.User, call.Peer ?? ""), token, answer => BeganWithAsync(@namespace, workflowId, runOf(answer), reference)).ConfigureAwait(false);
            return reference;
        }).ConfigureAwait(false);

    private async Task<CredentialReference?> PrepareByMessageAsync(
        RpcCall call,
        CallTokens tokens,
        string @namespace,
        WorkflowExecution execution,
        Header? header,
        WorkflowMessageKind kind,
        string name,
        RawToken token,
        Func<IMessage?, TargetRun, CredentialReference, Task<bool?>> hasArrived) => await PrepareBySenderAsync(
            call,
            tokens,
            @namespace,
            await _targets.FindOpenAsync(@namespace, execution, call.Cancellation).ConfigureAwait(false) ?? throw new RpcException(RpcStatusCode.NotFound, $"No workflow '{execution.WorkflowId}' runs that an API token could be set for."),
            header,
            kind,
            name,
            token,
            hasArrived).ConfigureAwait(false);

    /// <summary>A message brings a token for somebody else's run: its sender needs the right to.</summary>
    private async Task<CredentialReference?> PrepareBySenderAsync(
        RpcCall call,
        CallTokens tokens,
        string @namespace,
        TargetRun target,
        Header? header,
        WorkflowMessageKind kind,
        string name,
        RawToken token,
        Func<IMessage?, TargetRun, CredentialReference, Task<bool?>> hasArrived)
    {
        var verdict = options.Verifier.VerifyActor(HeaderOwner.Actor(header), @namespace, target.WorkflowId, kind, name);
        var refusal = verdict switch
        {
            { IsAccepted: false } => "the sender is not verified",
            { Principal: { } sender } when sender.TenantId != target.Owner.Tenant => "the sender is of another tenant",
            { Principal: { } sender } when !sender.Scopes.Contains(StatefulNames.RotateScope, StringComparer.Ordinal) => $"the sender lacks the scope {StatefulNames.RotateScope}",
            _ => null,
        };
        if (refusal is not null)
        {
            token.Value.Dispose();
            await tokens.DenyAsync(target, new(verdict.IsAccepted ? "user" : "unknown", verdict.Principal?.UserId ?? "", call.Peer ?? ""), refusal).ConfigureAwait(false);
            throw new RpcException(RpcStatusCode.PermissionDenied, $"The API token is not set: {refusal}.");
        }

        CredentialReference reference = null!;
        reference = await tokens.PrepareAsync(target, new("user", verdict.Principal!.UserId, call.Peer ?? ""), token, answer => hasArrived(answer, target, reference)).ConfigureAwait(false);
        return reference;
    }

    /// <summary>Whether a signal-with-start has reached the run it was sealed for, and not one of somebody else that took its place meanwhile.</summary>
    private async Task<bool?> ReachedAsync(SignalWithStartWorkflowExecutionRequest both, TargetRun target, IMessage? answer, CredentialReference reference)
    {
        if (RunOf(answer) is not { } runId)
            return false;
        var run = new WorkflowExecution { WorkflowId = target.WorkflowId, RunId = runId };
        var reached = await _targets.FindAsync(both.Namespace, run, CancellationToken.None).ConfigureAwait(false);
        if (reached is null)
            return null;
        return reached.Owner == target.Owner
            ? !await IsRepeatedAsync(both.Namespace, run, both.RequestId, target, reference).ConfigureAwait(false)
            : throw new RpcException(RpcStatusCode.Aborted, "Another run has taken the place of the one that the API token was meant for, so it is not set. Send it again.");
    }

    /// <summary>Whether a message was delivered when it was sent before, and not now. What it brought then counts, also if nobody heard that it had arrived, unless something was set since.</summary>
    private async Task<bool> IsRepeatedAsync(string @namespace, WorkflowExecution execution, string id, TargetRun target, CredentialReference reference)
    {
        if (await _targets.FindRepeatedAsync(@namespace, execution, id, reference).ConfigureAwait(false) is not { } before)
            return false;
        if (TokenArguments.ReferenceIn(before) is { } delivered && delivered.Name == reference.Name)
        {
            try
            {
                await options.Vault.ConfirmAsync(target.Owner, delivered).ConfigureAwait(false);
            }
            catch (CredentialException)
            {
                // The workflow has it, and makes it count by using it.
            }
        }

        return true;
    }

    private static bool? IsAccepted(UpdateWorkflowExecutionResponse? answer) => answer switch
    {
        null => false,
        { Outcome.Failure: not null } => false,
        { Outcome.Success: not null } => true,
        { Stage: UpdateWorkflowExecutionLifecycleStage.Accepted or UpdateWorkflowExecutionLifecycleStage.Completed } => true,
        // It waits for a worker, who may still reject it.
        _ => null,
    };

    private async Task<bool?> BeganWithAsync(string @namespace, string workflowId, string? runId, CredentialReference reference) =>
        runId is not null && await _targets.BeganWithAsync(@namespace, workflowId, runId, reference, CancellationToken.None).ConfigureAwait(false);

    private static string? RunOf(IMessage? answer) => answer switch
    {
        StartWorkflowExecutionResponse start => start.RunId,
        SignalWithStartWorkflowExecutionResponse both => both.RunId,
        _ => null,
    };

    private static IMessage? Reset(ResetWorkflowExecutionRequest reset)
    {
        foreach (var signal in reset.PostResetOperations.Select(o => o.SignalWorkflow).Where(s => s is { SignalName: StatefulNames.ApiToken }))
            TokenArguments.RefuseOnly(signal!.Input, "An API token in clear cannot be set together with a reset: send the signal once the workflow is reset.");
        return null;
    }

    private static IMessage? Scheduled(Payloads? input)
    {
        TokenArguments.RefuseMembers(
            input, "A schedule cannot hold an API token in clear: it would be out of date at some run. Name a token source instead, with the update rotateApiToken or as OwnTokenSource of a child.");
        return null;
    }

    private static bool HasTree(Header? header) => header?.Fields.ContainsKey(StatefulNames.TreeHeader) == true;
}
