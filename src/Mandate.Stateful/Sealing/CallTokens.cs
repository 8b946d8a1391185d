using Google.Protobuf;
using Mandate.Audit;
using Mandate.Audit.Recording;
using Mandate.Credentials.Vault;
using Mandate.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Stateful.Sealing;

/// <summary>
/// The tokens that one call brings: 1. each is prepared in the vault and recorded, 2. the call goes on with references, 3. by the engine's answer each one counts from now on, or is
/// withdrawn. Where there is no answer it stays prepared: whoever got the reference makes it count by using it.
/// </summary>
internal sealed partial class CallTokens(ApiTokenStageOptions options, RpcCall call)
{
    private readonly List<PreparedToken> _prepared = [];
    private readonly ILogger _logger = (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger<ApiTokenStage>();

    /// <summary>Prepares a token.</summary>
    /// <param name="target">For whom.</param>
    /// <param name="actor">Who sets it.</param>
    /// <param name="token">It. It is disposed.</param>
    /// <param name="hasArrived">Whether it has arrived, by the engine's answer; by null, whether it has although the call was refused.</param>
    /// <param name="onlyAfterPresent">It counts only if nothing else was set for the name until it arrives.</param>
    /// <param name="parent">The workflow whose child is started with it; null where that is not known, or it is for something else.</param>
    /// <exception cref="RpcException">The vault does not take it, or it cannot be recorded.</exception>
    public async Task<CredentialReference> PrepareAsync(TargetRun target, AuditActor actor, RawToken token, Func<IMessage?, Task<bool?>> hasArrived, bool onlyAfterPresent = false, string? parent = null)
    {
        try
        {
            var known = token.Hosts is null ? await options.Vault.FindAsync(target.Owner, target.WorkflowId, call.Cancellation).ConfigureAwait(false) : null;
            var reference = await options.Vault.PrepareAsync(
                new()
                {
                    Owner = target.Owner,
                    Name = target.WorkflowId,
                    Value = token.Value,
                    Hosts = token.Hosts ?? (known is { Hosts.Origins.Count: > 0 } ? null : target.Hosts ?? options.DefaultHosts),
                    ExpiresAt = token.ExpiresAt,
                },
                onlyAfterPresent,
                parent,
                CancellationToken.None).ConfigureAwait(false);
            _prepared.Add(new(target, actor, reference, hasArrived));
            await RecordAsync(target, actor, "set", AuditResult.Success, Of(reference)).ConfigureAwait(false);
            return reference;
        }
        catch (CredentialException e)
        {
            throw Refused(e);
        }
        finally
        {
            token.Value.Dispose();
        }
    }

    /// <summary>Sends the call on, and sees to each of the tokens by its outcome, which is the caller's whatever becomes of the vault.</summary>
    /// <exception cref="RpcException">The call has failed; or ABORTED: a token is not set for whom it was meant.</exception>
    public async Task<IMessage> SendAsync(RpcHandler next, RpcCall changed)
    {
        IMessage answer;
        try
        {
            answer = await next(changed).ConfigureAwait(false);
        }
        catch (RpcException e) when (IsRefusal(e.Code))
        {
            foreach (var token in _prepared)
                await SettleAsync(token, answer: null, $"the call was refused: {e.Code}").ConfigureAwait(false);
            throw;
        }

        RpcException? missed = null;
        foreach (var token in _prepared)
            missed = await SettleAsync(token, answer, "nothing was begun with it, or it was rejected").ConfigureAwait(false) ?? missed;
        return missed is null ? answer : throw missed;
    }

    /// <summary>The call is not sent on: nothing of it may stay.</summary>
    public async Task WithdrawAsync(string reason)
    {
        foreach (var token in _prepared)
        {
            try
            {
                await WithdrawAsync(token, reason).ConfigureAwait(false);
            }
            catch (Exception e) when (e is CredentialException or RpcException)
            {
                // The caller hears why the call was refused. What stays in the vault counts for nobody: its reference went nowhere.
            }
        }
    }

    /// <summary>Records that somebody may not set a token.</summary>
    public Task DenyAsync(TargetRun target, AuditActor actor, string reason) => RecordAsync(target, actor, "set", AuditResult.Denied, new() { ["reason"] = reason });

    /// <returns>Why the token is not set, where the caller must hear of it although the call was carried out.</returns>
    private async Task<RpcException?> SettleAsync(PreparedToken token, IMessage? answer, string reason)
    {
        RpcException? missed = null;
        try
        {
            bool? hasArrived;
            try
            {
                hasArrived = await token.HasArrived(answer).ConfigureAwait(false);
            }
            catch (RpcException e) when (e.Code is RpcStatusCode.Aborted)
            {
                (missed, hasArrived, reason) = (e, false, e.Message);
            }

            if (hasArrived == true)
                await options.Vault.ConfirmAsync(token.Target.Owner, token.Reference).ConfigureAwait(false);
            else if (hasArrived == false)
                await WithdrawAsync(token, reason).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The engine has answered, so that is what the caller hears. If the token has arrived, its first use makes it count; if not, its reference is with nobody.
            LogNotSettled(e, token.Target.WorkflowId, token.Reference.Epoch);
        }

        return missed;
    }

    private async Task WithdrawAsync(PreparedToken token, string reason)
    {
        await options.Vault.WithdrawAsync(token.Target.Owner, token.Reference).ConfigureAwait(false);
        var metadata = Of(token.Reference);
        metadata["reason"] = reason;
        await RecordAsync(token.Target, token.Actor, "withdraw", AuditResult.Failure, metadata).ConfigureAwait(false);
    }

    private async Task RecordAsync(TargetRun target, AuditActor actor, string action, AuditResult result, Dictionary<string, string> metadata)
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
                    Action = action,
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

    private static Dictionary<string, string> Of(CredentialReference reference) => new() { ["epoch"] = $"{reference.Epoch}", ["fingerprint"] = reference.Fingerprint };

    private static RpcException Refused(CredentialException e) => new(e.IsTransient ? RpcStatusCode.Unavailable : RpcStatusCode.PermissionDenied, e.Message, e);

    /// <summary>Whether a status says for certain that nothing was done. After the others it may have been.</summary>
    private static bool IsRefusal(RpcStatusCode code) => code is RpcStatusCode.InvalidArgument or RpcStatusCode.NotFound or RpcStatusCode.AlreadyExists or RpcStatusCode.PermissionDenied
        or RpcStatusCode.FailedPrecondition or RpcStatusCode.OutOfRange or RpcStatusCode.Unimplemented or RpcStatusCode.Unauthenticated or RpcStatusCode.ResourceExhausted;

    [LoggerMessage(EventId = 1, EventName = "ApiTokenNotSettled", Level = LogLevel.Error, Message = "Whether the API token of workflow {WorkflowId}, epoch {Epoch}, counts could not be settled after the engine's answer; its first use shows")]
    private partial void LogNotSettled(Exception error, string workflowId, long epoch);
}
