using Mandate.Audit;
using Mandate.Audit.Recording;
using Mandate.Credentials.Vault;
using Mandate.Stateful.Activities;
using Mandate.Stateful.Telemetry;

namespace Mandate.Stateful;

/// <summary>Turns references into tokens with the vault in the same process, and records each use and each refusal in the tenant's ledger before it is answered.</summary>
/// <param name="vault">The vault.</param>
/// <param name="recorder">Writes into the ledger; null for none, in tests for example.</param>
/// <param name="time">The clock; null for the system's.</param>
/// <param name="family">Tells which workflow is whose child; null where nobody has to be kept from another's, in tests for example.</param>
public sealed class VaultTokenAuthority(CredentialVault vault, AuditRecorder? recorder, TimeProvider? time = null, WorkflowFamily? family = null) : IApiTokenAuthority
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ChildRuns? _runs = family is null ? null : family.RunsAsync;

    /// <inheritdoc/>
    public ValueTask<RedeemedCredential> RedeemAsync(ApiTokenRequest request, CredentialReference reference, Uri target, CancellationToken cancellation) => AuditedAsync(
        request,
        "redeem",
        reference.Name,
        new() { ["presentedEpoch"] = $"{reference.Epoch}", ["target"] = target.GetLeftPart(UriPartial.Authority) },
        async details =>
        {
            try
            {
                var redeemed = await vault.RedeemAsync(request.Owner, reference, target, _runs, cancellation).ConfigureAwait(false);
                details["epoch"] = $"{redeemed.Reference.Epoch}";
                StatefulTelemetry.Redeemed("success", _time.GetUtcNow() - redeemed.SetAt, redeemed.Reference.Epoch > reference.Epoch);
                return redeemed;
            }
            catch (CredentialException e)
            {
                StatefulTelemetry.Redeemed(e.Kind.ToString().ToLowerInvariant(), age: null, isStale: false);
                throw;
            }
        });

    /// <inheritdoc/>
    public async ValueTask<CredentialStatus> NewestAsync(ApiTokenRequest request, CredentialReference reference, CancellationToken cancellation) =>
        await vault.NewestAsync(request.Owner, reference, _runs, cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<CredentialStatus?> OwnAsync(ApiTokenRequest request, CancellationToken cancellation) => AuditedAsync(request, "recover", request.WorkflowId, [], async details =>
    {
        RequireProven(request, request.WorkflowId);
        var status = await vault.FindAsync(request.Owner, request.WorkflowId, cancellation).ConfigureAwait(false);
        details["epoch"] = $"{status?.Reference.Epoch ?? 0}";
        return status;
    });

    /// <inheritdoc/>
    public ValueTask<CredentialStatus> RenewAsync(ApiTokenRequest request, string name, string source, CredentialReference? known, bool isAsked, CancellationToken cancellation) =>
        AuditedAsync(request, "renew", name, new() { ["source"] = source, ["presentedEpoch"] = $"{known?.Epoch ?? 0}", ["asked"] = isAsked ? "true" : "false" }, async details =>
        {
            RequireProven(request, name);
            // Somebody has asked the workflow, or it is time: its code says so, and an activity of another kind cannot say it in its place.
            if (request.Activity != VaultActivities.Renew)
                throw new CredentialException(CredentialErrorKind.Unknown, $"The credential '{name}' is renewed in the activity that its workflow begins for that, not in '{request.Activity}'. Ask by the update rotateApiToken.");
            var status = await vault.RenewAsync(request.Owner, name, source, known, isAsked, _runs, cancellation).ConfigureAwait(false);
            details["epoch"] = $"{status.Reference.Epoch}";
            return status;
        });

    /// <inheritdoc/>
    public ValueTask<CredentialStatus> NarrowAsync(
        ApiTokenRequest request, CredentialReference wider, string name, AllowedHosts? hosts, IReadOnlyList<string> scopes, bool isStart, CancellationToken cancellation) =>
        AuditedAsync(request, "narrow", name, new() { ["from"] = wider.Name, ["scopes"] = string.Join(' ', scopes), ["hosts"] = hosts?.ToString() ?? "all", ["start"] = isStart ? "true" : "false" }, async _ =>
        {
            var runs = await RequireParentAsync(request, name, cancellation).ConfigureAwait(false);
            // What counts at once is for a child that runs. For any other, one that has ended a moment ago too, it waits for a child of this parent's to present it.
            if (isStart || !runs)
                return await vault.PrepareNarrowedAsync(request.Owner, wider, name, hosts, scopes, request.WorkflowId, _runs, cancellation).ConfigureAwait(false);
            await vault.NarrowAsync(request.Owner, wider, name, hosts, scopes, _runs, cancellation).ConfigureAwait(false);
            return (await vault.FindAsync(request.Owner, name, cancellation).ConfigureAwait(false))!;
        });

    /// <inheritdoc/>
    public ValueTask<CredentialStatus> RevokeAsync(ApiTokenRequest request, CredentialReference reference, CancellationToken cancellation) =>
        AuditedAsync(request, "revoke", reference.Name, [], async details =>
        {
            await RequireOwnAsync(request, reference.Name, cancellation).ConfigureAwait(false);
            // An activity that is repeated asks again; it is revoked once.
            var status = await vault.NewestAsync(request.Owner, reference, _runs, cancellation).ConfigureAwait(false);
            if (status.State is not CredentialState.Revoked)
            {
                await vault.RevokeAsync(request.Owner, reference.Name, cancellation).ConfigureAwait(false);
                status = (await vault.FindAsync(request.Owner, reference.Name, cancellation).ConfigureAwait(false))!;
            }

            details["epoch"] = $"{status.Reference.Epoch}";
            return status;
        });

    /// <inheritdoc/>
    public async ValueTask RecordDenialAsync(ApiTokenRequest request, Denial denial, CancellationToken cancellation) => await AppendAsync(new()
    {
        Tenant = request.Principal.TenantId,
        Type = $"execution.{denial.Kind}",
        Action = denial.Kind,
        Result = AuditResult.Denied,
        // What a worker elsewhere reports is its word: known are the worker and the tree.
        Resource = new("execution", request.IsProven ? request.WorkflowId : request.Owner.Tree),
        Actor = request.Worker is null ? new(denial.SenderType, denial.SenderId) : ActorOf(request),
        Context = ContextOf(request),
        Metadata = request.Worker is null
            ? new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = denial.Name, ["reason"] = denial.Reason }
            : Claimed(request, new() { ["name"] = denial.Name, ["reason"] = denial.Reason, ["claimedSenderType"] = denial.SenderType, ["claimedSender"] = denial.SenderId }),
    }).ConfigureAwait(false);

    /// <summary>What gives out a reference to who may hold none, gives it only to the workflow whose own it is.</summary>
    private static void RequireProven(ApiTokenRequest request, string name)
    {
        if (!request.IsProven || name != request.WorkflowId)
        {
            throw new CredentialException(
                CredentialErrorKind.Unknown, $"The credential '{name}' is given to the workflow of that id alone, in an activity that the service has handed out. Connect the worker to the service rather than past it.");
        }
    }

    /// <summary>
    /// What a child has is its parent's to narrow: of a child that runs as the engine knows parents, and of one that is to start the proven workflow's, unless that descends from it.
    /// </summary>
    /// <returns>Whether the child runs.</returns>
    private async Task<bool> RequireParentAsync(ApiTokenRequest request, string name, CancellationToken cancellation)
    {
        if (!request.IsProven || request.Activity != VaultActivities.Narrow || name == request.WorkflowId)
        {
            throw new CredentialException(
                CredentialErrorKind.Unknown, $"The credential '{name}' is narrowed by the workflow that starts the child of that id, in the activity that it begins for that. Connect the worker to the service rather than past it.");
        }

        return await (family?.OfAsync(request.Owner, request.WorkflowId, name, cancellation) ?? Task.FromResult(ChildKinship.Runs)).ConfigureAwait(false) switch
        {
            ChildKinship.Runs => true,
            ChildKinship.Free => false,
            _ => throw new CredentialException(CredentialErrorKind.NameTaken, $"The credential '{name}' is not narrowed for '{request.WorkflowId}': another workflow's child runs under that id, or it is an ancestor's. Give the child another id."),
        };
    }

    /// <summary>Whoever inherits a token holds its reference, and must not take it from the whole tree.</summary>
    private async Task RequireOwnAsync(ApiTokenRequest request, string name, CancellationToken cancellation)
    {
        if (family is not null && !(request.IsProven && name == request.WorkflowId) && await family.IsMemberAsync(request.Owner, name, cancellation).ConfigureAwait(false))
            throw new CredentialException(CredentialErrorKind.Unknown, $"The credential '{name}' is revoked by the workflow of that id, or by somebody with the right to. Ask by the update revokeApiToken of '{name}', or by REST.");
    }

    private async ValueTask<T> AuditedAsync<T>(ApiTokenRequest request, string action, string name, Dictionary<string, string> details, Func<Dictionary<string, string>, ValueTask<T>> act)
    {
        var entry = new AuditEntry
        {
            Tenant = request.Principal.TenantId,
            Type = $"api-token.{action}",
            Action = action,
            Result = AuditResult.Success,
            Resource = new("api-token", name),
            Actor = ActorOf(request),
            Context = ContextOf(request),
            Metadata = Claimed(request, details),
        };
        T result;
        try
        {
            result = await act(details).ConfigureAwait(false);
        }
        catch (CredentialException e)
        {
            details["reason"] = e.Kind.ToString();
            await AppendAsync(entry with { Result = e.IsTransient ? AuditResult.Failure : AuditResult.Denied }).ConfigureAwait(false);
            throw;
        }

        await AppendAsync(entry).ConfigureAwait(false);
        return result;
    }

    /// <summary>The workflow where it is known which; else the worker, who can be held to it.</summary>
    private static AuditActor ActorOf(ApiTokenRequest request) => request is { IsProven: false, Worker: { } worker } ? new("worker", worker.Subject) : new("workflow", request.WorkflowId);

    private static Dictionary<string, string> ContextOf(ApiTokenRequest request)
    {
        var context = new Dictionary<string, string>(StringComparer.Ordinal) { ["user"] = request.Principal.UserId, ["tree"] = request.Principal.RootWorkflowId ?? "" };
        if (request.IsProven)
            (context["runId"], context["activity"]) = (request.RunId, request.Activity);
        if (request.Worker is { } worker)
            (context["worker"], context["credential"]) = (worker.Subject, worker.CredentialId);
        return context;
    }

    private static Dictionary<string, string> Claimed(ApiTokenRequest request, Dictionary<string, string> details)
    {
        if (!request.IsProven)
            (details["claimedWorkflowId"], details["claimedRunId"], details["claimedActivity"]) = (request.WorkflowId, request.RunId, request.Activity);
        return details;
    }

    private async Task AppendAsync(AuditEntry entry)
    {
        if (recorder is null)
            return;
        try
        {
            await recorder.RecordAsync(entry, CancellationToken.None).ConfigureAwait(false);
        }
        catch (AuditUnavailableException e)
        {
            throw new CredentialException(CredentialErrorKind.Unavailable, "The audit ledger cannot be written now, so the token is not given out. Try again.", e);
        }
    }
}
