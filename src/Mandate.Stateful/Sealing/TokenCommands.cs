using Google.Protobuf;
using Mandate.Audit;
using Mandate.Credentials.Vault;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Stateful.Sealing;

/// <summary>Seals tokens in clear in what workflows themselves begin and send, by workers of any SDK.</summary>
internal sealed class TokenCommands(ApiTokenStageOptions options)
{
    /// <summary>Run id that no run has.</summary>
    private const string NoRun = "00000000-0000-0000-0000-000000000000";

    private readonly TargetRuns _targets = new(options.Engine, options.Verifier);

    /// <summary>The answer of a workflow task with references in place of tokens; null where it holds none.</summary>
    public async Task<IMessage?> SealAsync(RpcCall call, CallTokens tokens, RespondWorkflowTaskCompletedRequest completed)
    {
        RespondWorkflowTaskCompletedRequest? changed = null;
        for (var i = 0; i < completed.Commands.Count; i++)
        {
            var command = completed.Commands[i];
            var sealedCommand = command.CommandType switch
            {
                CommandType.StartChildWorkflowExecution => await StartChildAsync(call, tokens, completed, command).ConfigureAwait(false),
                CommandType.ContinueAsNewWorkflowExecution => await ContinueAsync(tokens, completed, command).ConfigureAwait(false),
                CommandType.SignalExternalWorkflowExecution when command.SignalExternalWorkflowExecutionCommandAttributes is { SignalName: StatefulNames.ApiToken } =>
                    await SignalAsync(call, tokens, completed.Namespace, command).ConfigureAwait(false),
                _ => null,
            };
            if (sealedCommand is not null)
                (changed ??= completed.Clone()).Commands[i] = sealedCommand;
        }

        return changed;
    }

    /// <summary>
    /// A child's token is for the child alone. Where its id is that of a workflow of the tree that runs, or of one that the sender descends from, it is not taken, and the child is made to
    /// fail as one whose id is taken: else the start would replace the token that the others use, or begin without its own.
    /// </summary>
    private async Task<Command?> StartChildAsync(RpcCall call, CallTokens tokens, RespondWorkflowTaskCompletedRequest completed, Command command)
    {
        var child = command.StartChildWorkflowExecutionCommandAttributes;
        var isTaken = false;
        var input = await TokenArguments.ReplaceMembersAsync(child.Input, async token =>
        {
            var owner = HeaderOwner.Of(options.Verifier, child.Header, completed.Namespace, workflowId: null);
            var target = new TargetRun(child.WorkflowId, owner);
            if (await TakenAsync(call, completed, target).ConfigureAwait(false) is { } reason)
            {
                token.Value.Dispose();
                isTaken = true;
                await tokens.DenyAsync(target, new("workflow", completed.ResourceId), reason).ConfigureAwait(false);
                return null;
            }

            // The engine starts the child later on. That it has begun shows when it uses its reference; whoever else has read that counts for nothing.
            var parent = completed.ResourceId.Length > 0 ? completed.ResourceId : null;
            return await tokens.PrepareAsync(
                target, new("workflow", parent ?? owner.Tree), token, answer => Task.FromResult<bool?>(answer is null ? false : null), onlyAfterPresent: true, parent).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return input is null ? null : With(command, c =>
        {
            c.StartChildWorkflowExecutionCommandAttributes.Input = input;
            if (isTaken)
                c.StartChildWorkflowExecutionCommandAttributes.WorkflowIdReusePolicy = WorkflowIdReusePolicy.RejectDuplicate;
        });
    }

    private async Task<string?> TakenAsync(RpcCall call, RespondWorkflowTaskCompletedRequest completed, TargetRun child)
    {
        const string ancestor = "the child has the id of the workflow itself, or of one it descends from";
        if (child.WorkflowId == completed.ResourceId || child.WorkflowId == child.Owner.Tree)
            return ancestor;
        if (await _targets.DescribeAsync(completed.Namespace, new() { WorkflowId = child.WorkflowId }, call.Cancellation).ConfigureAwait(false) is not { } known
            || TargetRuns.RootOf(known) != child.Owner.Tree)
        {
            return null;
        }

        if (known.Status is WorkflowExecutionStatus.Running)
            return "a workflow of the tree runs under the child's id";
        return await _targets.FindOpenAsync(completed.Namespace, new() { WorkflowId = completed.ResourceId }, call.Cancellation).ConfigureAwait(false) is { } sender
            && await _targets.DescendsFromAsync(completed.Namespace, sender, child.WorkflowId, call.Cancellation).ConfigureAwait(false) ? ancestor : null;
    }

    private async Task<Command?> ContinueAsync(CallTokens tokens, RespondWorkflowTaskCompletedRequest completed, Command command)
    {
        var next = command.ContinueAsNewWorkflowExecutionCommandAttributes;
        var input = await TokenArguments.ReplaceMembersAsync(next.Input, async token =>
        {
            // The pipeline names the run; without it the token would be somebody else's in the tree.
            if (completed.ResourceId.Length == 0)
                throw new RpcException(RpcStatusCode.PermissionDenied, "A run that is not known cannot continue with an API token in clear.");
            var owner = HeaderOwner.Of(options.Verifier, next.Header, completed.Namespace, workflowId: null);
            return await tokens.PrepareAsync(new(completed.ResourceId, owner), new("workflow", completed.ResourceId), token, answer => Task.FromResult<bool?>(answer is not null)).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return input is null ? null : With(command, c => c.ContinueAsNewWorkflowExecutionCommandAttributes.Input = input);
    }

    /// <summary>A workflow sets the token of those below it. From any other the signal is sent to a run that does not exist: the receiver would not take it either.</summary>
    private async Task<Command?> SignalAsync(RpcCall call, CallTokens tokens, string @namespace, Command command)
    {
        var signal = command.SignalExternalWorkflowExecutionCommandAttributes;
        var isDenied = false;
        var arguments = await TokenArguments.ReplaceOnlyAsync(signal.Input, async token =>
        {
            var verdict = options.Verifier.VerifyActor(HeaderOwner.Actor(signal.Header), @namespace, signal.Execution.WorkflowId, WorkflowMessageKind.Signal, signal.SignalName);
            if (verdict is not { IsAccepted: true, Sender: { } sender })
            {
                token.Value.Dispose();
                throw new RpcException(RpcStatusCode.PermissionDenied, "A workflow that is not stated as the sender cannot send an API token in clear.");
            }

            // To one that does not run nothing is sent, and there is nobody to set anything for.
            var target = await _targets.FindOpenAsync(@namespace, signal.Execution, call.Cancellation).ConfigureAwait(false);
            var refusal = target is null ? null : await RefuseAsync(call, @namespace, target, sender, verdict.Principal).ConfigureAwait(false);
            var actor = new AuditActor("workflow", sender.WorkflowId);
            if (target is not null && refusal is null)
                return await tokens.PrepareAsync(target, actor, token, answer => Task.FromResult<bool?>(answer is not null)).ConfigureAwait(false);
            token.Value.Dispose();
            isDenied = true;
            if (target is not null)
                await tokens.DenyAsync(target, actor, refusal!).ConfigureAwait(false);
            return null;
        }).ConfigureAwait(false);
        return arguments is null ? null : With(command, c =>
        {
            c.SignalExternalWorkflowExecutionCommandAttributes.Input = arguments;
            if (isDenied)
                c.SignalExternalWorkflowExecutionCommandAttributes.Execution.RunId = NoRun;
        });
    }

    private async Task<string?> RefuseAsync(RpcCall call, string @namespace, TargetRun target, WorkflowSender sender, Identity.Principal principal)
    {
        if (target.Owner != new CredentialOwner(principal.TenantId, sender.RootWorkflowId, principal.UserId))
            return "the sender is not of the same tree";
        return await _targets.DescendsFromAsync(@namespace, target, sender.WorkflowId, call.Cancellation).ConfigureAwait(false) ? null : "the sender is none of its ancestors";
    }

    private static Command With(Command command, Action<Command> change)
    {
        var changed = command.Clone();
        change(changed);
        return changed;
    }
}
