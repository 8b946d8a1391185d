using Mandate.Credentials.Vault.Storage;

namespace Mandate.Credentials.Vault;

/// <content>Secrets whose reference is on its way to somebody, and that count once it has arrived.</content>
public sealed partial class CredentialVault
{
    private readonly PendingTable _pending;

    /// <summary>
    /// Keeps a secret that does not count yet, because it is not known whether its reference will arrive where it is sent. It counts from the moment that is confirmed, or that somebody
    /// presents the reference, who can only have it because it has arrived. So it is not lost when the process that sends it dies, and sets nothing when what brings it is refused.
    /// </summary>
    /// <param name="setting">What is to be set.</param>
    /// <param name="onlyAfterPresent">It is to count only if nothing else has been set until then. Otherwise it counts unless something was set that was begun later.</param>
    /// <param name="parent">Id of the workflow whose child is to be started with it: see <see cref="ChildRuns"/>. Null where it is not for a child's start.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The reference to send.</returns>
    /// <exception cref="CredentialException">The store cannot be used.</exception>
    public async Task<CredentialReference> PrepareAsync(CredentialSetting setting, bool onlyAfterPresent = false, string? parent = null, CancellationToken cancellation = default)
    {
        CheckName(setting.Name);
        var owner = setting.Owner;
        while (true)
        {
            await _keys.FollowAsync(cancellation).ConfigureAwait(false);
            var before = await _pending.BeforeAsync(owner, setting.Name, cancellation).ConfigureAwait(false);
            var hosts = setting.Hosts ?? (before.Row is { } row ? (await ResolveAsync(row, cancellation).ConfigureAwait(false)).Hosts : AllowedHosts.None);
            var becomes = First(owner, setting.Name, before, hosts) with { ExpiresAt = setting.ExpiresAt };
            var pending = PendingTable.RowOf(becomes, onlyAfterPresent ? before.Epoch : null, parent);
            var (keyId, box) = _keys.Seal(pending, setting.Value);
            if (await _pending.TryAddAsync(pending with { DataKeyId = keyId, Sealed = box }, becomes, cancellation).ConfigureAwait(false))
                return ReferenceOf(becomes);
        }
    }

    /// <summary>What was prepared has arrived: it counts from the moment this completes. Nothing changes where it counts already, or something was set since.</summary>
    /// <returns>How the credential stands then.</returns>
    /// <exception cref="CredentialException">The reference is not genuine, or was withdrawn.</exception>
    public async Task<CredentialStatus> ConfirmAsync(CredentialOwner owner, CredentialReference reference, CancellationToken cancellation = default)
    {
        var status = await NewestAsync(owner, reference, cancellation: cancellation).ConfigureAwait(false);
        // Kept only as long as it might have to be withdrawn.
        if (reference.Epoch < status.Reference.Epoch && await PendingAsync(owner, reference, cancellation).ConfigureAwait(false) is { } late)
            await _pending.RemoveAsync(late, cancellation).ConfigureAwait(false);
        return status;
    }

    /// <summary>
    /// What was prepared will not arrive: it is erased, and its reference is good for nothing, unless the name comes to the very same epoch by another setting. Nothing changes where it
    /// counts already.
    /// </summary>
    public async Task WithdrawAsync(CredentialOwner owner, CredentialReference reference, CancellationToken cancellation = default)
    {
        if (await PendingAsync(owner, reference, cancellation).ConfigureAwait(false) is { } pending)
            await _pending.WithdrawAsync(pending, owner, reference, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// The credential that a reference means which no epoch has: what was prepared with it has arrived, and counts now. Null where nothing was, or it was for the start of a child that has not
    /// run; who only looks then hears how it would stand.
    /// </summary>
    private async Task<StoredCredential?> ArrivedAsync(CredentialOwner owner, CredentialReference reference, ChildRuns? runs, bool looks, CancellationToken cancellation)
    {
        while (true)
        {
            var pending = await PendingAsync(owner, reference, cancellation).ConfigureAwait(false);
            var row = await _table.FindAsync(owner, reference.Name, cancellation).ConfigureAwait(false);
            if (pending is null)
            {
                // Another may have taken it a moment ago.
                return row is not null && IsGenuine(row, reference) ? row : null;
            }

            if (pending.State is CredentialState.Revoked)
                return null;
            var life = await LifeAsync(owner, reference.Name, pending, runs, cancellation).ConfigureAwait(false);
            // One that has ended takes nothing from the next, for whose start something was prepared meanwhile.
            var isMeant = life is ChildLife.Runs
                || (life is ChildLife.HasRun && (await _pending.BeforeAsync(owner, reference.Name, cancellation).ConfigureAwait(false)).LastPending == pending.Epoch);
            if (!isMeant && !looks)
                return null;
            if (PendingTable.IsSuperseded(pending, row))
            {
                if (!isMeant)
                    return null;
                if (pending.Sealed is not null)
                    await _pending.EraseAsync(pending, cancellation).ConfigureAwait(false);
                return row;
            }

            var next = pending with { Name = reference.Name, User = owner.User, Source = null, RenewAt = null };
            if (next.NarrowedFrom is null)
                next = await SealAnewAsync(pending, next, cancellation).ConfigureAwait(false);
            else if (!await CanBeNarrowedAsync(next, cancellation).ConfigureAwait(false))
                return null;
            if (!isMeant)
                return next;
            if (!await _pending.TryTakeAsync(pending, next, row?.Epoch ?? 0, cancellation).ConfigureAwait(false))
                continue;
            _cache.Forget(next);
            return next;
        }
    }

    private async Task<StoredCredential> SealAnewAsync(StoredCredential pending, StoredCredential next, CancellationToken cancellation)
    {
        using var secret = await _keys.OpenAsync(pending, cancellation).ConfigureAwait(false);
        await _keys.FollowAsync(cancellation).ConfigureAwait(false);
        var (keyId, box) = _keys.Seal(next, secret);
        return next with { DataKeyId = keyId, Sealed = box };
    }

    /// <summary>Whether who runs under the name is whom something was prepared for: for a child's start only its parent may have it prepared, and before it runs nobody knows whose it will be.</summary>
    private static async ValueTask<ChildLife> LifeAsync(CredentialOwner owner, string name, StoredCredential pending, ChildRuns? runs, CancellationToken cancellation) =>
        runs is null || PendingTable.ParentOf(pending) is not { } parent ? ChildLife.Runs : await runs(owner, name, parent, PendingTable.PreparedAt(pending), cancellation).ConfigureAwait(false);

    /// <summary>What was prepared under a reference; null where nothing was, or the reference is made up.</summary>
    private async Task<StoredCredential?> PendingAsync(CredentialOwner owner, CredentialReference reference, CancellationToken cancellation) =>
        await _pending.FindAsync(owner, reference, cancellation).ConfigureAwait(false) is { } row && IsGenuine(row with { Name = reference.Name, User = owner.User }, reference) ? row : null;
}
