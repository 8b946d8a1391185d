using Mandate.Auditing;
using Mandate.Credentials;
using Mandate.Credentials.Vault;
using Mandate.Hosting;
using Mandate.Identity;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Rest.Model;
using Mandate.Rest.Problems;
using Mandate.Stateful;

namespace Mandate.Executions;

/// <summary>
/// Sets, rotates or revokes the API token of an execution of the caller's tenant: 1. the caller needs the scope, 2. the token goes into the vault, where it does not count yet, 3. the
/// workflow is told; from the moment it takes the token, or when nobody answers in time, the token holds for every next call, 4. the workflow tells those below it, and the
/// answer says how many have it. A token that is rejected is erased.
/// </summary>
internal sealed class SetApiToken(ApiTokenDelivery delivery, FindExecution find, TokenVault vault, RequestAudit audit, ILogger<SetApiToken> logger)
{
    public async Task<ApiTokenSet> RunAsync(HttpContext context, Caller caller, string workflowId, ApiTokenCommand command)
    {
        audit.Concerns(workflowId);
        audit.Detail("operation", command.Operation);
        if (!caller.Scopes.Contains(StatefulNames.RotateScope, StringComparer.Ordinal))
        {
            throw new ProblemException(ProblemKind.Forbidden, $"API tokens are set, rotated and revoked with the scope `{StatefulNames.RotateScope}`, which this access token lacks.", "scope-missing");
        }

        var found = await find.RunAsync(caller, workflowId, runId: null, context.RequestAborted);
        audit.Within("runId", found.Execution.RunId);
        if (found.Info.Status != WorkflowExecutionStatus.Running)
            throw new ProblemException(ProblemKind.ExecutionClosed, "The execution has ended, so it needs no API token.");
        var root = found.Info.RootExecution is { WorkflowId.Length: > 0 } top ? top.WorkflowId : workflowId;
        var owner = new CredentialOwner(found.Owner.TenantId, root, found.Owner.UserId);

        await audit.RequestedAsync(context, AuditedAction.SetApiToken);
        var (reference, rotation) = await StoreAsync(owner, found, command);
        if (reference is not null)
            audit.Detail("epoch", $"{reference.Epoch}");
        // Brought to its end whether or not the caller still waits: its outcome belongs in the ledger.
        var report = await new ApiTokenSettlement(vault.Vault, logger).TellAsync(owner, command.Token is null ? null : reference, () => delivery.TellAsync(caller, workflowId, rotation));
        await audit.SucceededAsync(context, AuditedAction.SetApiToken);
        return new(workflowId, reference ?? Reference(report), report is null ? "accepted" : "delivered", report?.Levels ?? []);
    }

    private async Task<(CredentialReference? Reference, ApiTokenRotation Rotation)> StoreAsync(CredentialOwner owner, FoundExecution found, ApiTokenCommand command)
    {
        var workflowId = found.Execution.WorkflowId;
        try
        {
            if (command.Source is { } source)
            {
                // It may be carried out much later, when a worker comes: only over what there is now.
                var present = await vault.Vault.FindAsync(owner, workflowId, CancellationToken.None);
                return (null, ApiTokenRotation.From(source, present?.Reference ?? new(workflowId, 0, "")));
            }

            if (command.IsRevoked)
            {
                var revoked = await vault.Vault.RevokeAsync(owner, workflowId, CancellationToken.None);
                return (revoked, ApiTokenRotation.To(revoked));
            }

            var known = command.Hosts is null ? await vault.Vault.FindAsync(owner, workflowId, CancellationToken.None) : null;
            var hosts = command.Hosts ?? (known is { Hosts.Origins.Count: > 0 } ? known.Hosts : null) ?? StartAddress.HostsOf(found.Started) ?? vault.DefaultHosts;
            if (hosts.Origins.Count == 0)
            {
                throw new ProblemException(
                    ProblemKind.InvalidRequest, "It is not known where this API token may be sent. Say so in `hosts`, such as [\"api.example.com\"]: a token is sent nowhere else.", "api-token-hosts");
            }

            using var secret = new Secret(command.Token);
            var reference = await vault.Vault.PrepareAsync(
                new()
                {
                    Owner = owner,
                    Name = workflowId,
                    Value = secret,
                    Hosts = hosts,
                    ExpiresAt = command.ExpiresAt,
                },
                cancellation: CancellationToken.None);
            return (reference, ApiTokenRotation.To(reference));
        }
        catch (CredentialException e) when (e.Kind is CredentialErrorKind.Unknown or CredentialErrorKind.Unavailable or CredentialErrorKind.NotConfigured)
        {
            throw ApiTokenRefusal.Of(e);
        }
    }

    private static CredentialReference? Reference(ApiTokenReport? report) => report is null ? null : new(report.Token.Name, report.Token.Epoch, report.Token.Fingerprint);
}
