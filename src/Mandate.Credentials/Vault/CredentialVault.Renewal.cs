using Mandate.Credentials.Vault.Storage;

namespace Mandate.Credentials.Vault;

/// <content>Secrets that come from a configured source.</content>
public sealed partial class CredentialVault
{
    /// <summary>
    /// Gets a new secret from a configured source and sets it, unless somebody has decided otherwise meanwhile: what was set or revoked after <paramref name="known"/> stays, also when it
    /// happens while the source is asked. Where the same source was asked by another, its answer is the newest already.
    /// </summary>
    /// <param name="owner">Who may use it.</param>
    /// <param name="name">Its name, 1 to <see cref="CredentialReference.MaximumNameLength"/> characters.</param>
    /// <param name="source">The source.</param>
    /// <param name="known">The newest reference of this name that the asker holds; null when it holds none: then only what came from the same source is replaced.</param>
    /// <param name="isAsked">
    /// Whether somebody who may set the credential has asked for this source now, rather than that it is time to renew: then what the asker knows of is replaced whatever it is, also one
    /// that was revoked.
    /// </param>
    /// <param name="runs">Tells whose child runs; null where that is not looked at.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="CredentialException">
    /// There is no such source for this tenant, or it gives nothing; the credential was revoked (<see cref="CredentialErrorKind.Revoked"/>) or set anew
    /// (<see cref="CredentialErrorKind.Superseded"/>), or the reference is not genuine.
    /// </exception>
    public async Task<CredentialStatus> RenewAsync(
        CredentialOwner owner, string name, string source, CredentialReference? known = null, bool isAsked = false, ChildRuns? runs = null, CancellationToken cancellation = default)
    {
        CheckName(name);
        if (!_options.Sources.TryGetValue(source, out var configured) || (configured.Tenants.Count > 0 && !configured.Tenants.Contains(owner.Tenant, StringComparer.Ordinal)))
            throw new CredentialException(CredentialErrorKind.NotConfigured, $"No token source '{source}' is configured for this tenant. Set it up under Mandate:ApiTokens:Sources.");
        if (known is not null)
            _ = known.Name == name ? await GenuineAsync(owner, known, runs, looks: false, cancellation).ConfigureAwait(false) : throw Unknown(known.Name);
        var first = await _table.FindAsync(owner, name, cancellation).ConfigureAwait(false);
        var renewal = new Renewal(name, source, known, first?.Epoch ?? 0, isAsked);
        if (IsRenewed(renewal, first) is { } done)
            return done;
        AccessToken token;
        try
        {
            token = await configured.Tokens.GetTokenAsync(cancellation: cancellation).ConfigureAwait(false);
        }
        catch (TokenException e)
        {
            throw new CredentialException(e.IsTransient ? CredentialErrorKind.Unavailable : CredentialErrorKind.NotConfigured, $"The token source '{source}' gives no token. {e.Message}", e);
        }

        DateTimeOffset? expiresAt = token.ExpiresAt == DateTimeOffset.MaxValue ? null : token.ExpiresAt;
        while (true)
        {
            await _keys.FollowAsync(cancellation).ConfigureAwait(false);
            var before = await _pending.BeforeAsync(owner, name, cancellation).ConfigureAwait(false);
            var row = before.Row;
            if (IsRenewed(renewal, row) is { } newest)
                return newest;
            // Asked before the source has a new one, it gives the one it gave: that is no rotation.
            if (row is { State: CredentialState.Active, Sealed: not null } && row.Source == source && row.ExpiresAt?.ToUnixTimeMilliseconds() == expiresAt?.ToUnixTimeMilliseconds()
                && configured.Hosts.Equals(row.Hosts) && await HoldsAsync(row, token.Value, cancellation).ConfigureAwait(false))
            {
                return Whole(row).Status with { RenewAt = token.RefreshAt };
            }

            var next = Next(owner, name, before, token.Value, configured.Hosts, expiresAt) with { RenewAt = token.RefreshAt, Source = source };
            // Written only where what was decided upon still holds; else it is decided anew.
            if (await _table.TryWriteAsync(next, before.Epoch, cancellation).ConfigureAwait(false))
            {
                _cache.Forget(next);
                return Whole(next).Status;
            }
        }
    }

    /// <summary>Whether another renewal from the same source has been faster: its outcome. Null where this one is to be done.</summary>
    /// <exception cref="CredentialException">Something else has happened to the credential, which stays.</exception>
    private CredentialStatus? IsRenewed(Renewal renewal, StoredCredential? row)
    {
        if (row is null)
            return renewal.Known is null ? null : throw Unknown(renewal.Name);
        var isNewest = renewal.Known is { } known ? known.Epoch == row.Epoch : renewal.IsAsked ? renewal.Seen == row.Epoch : row.Source == renewal.Source;
        if (isNewest && (renewal.IsAsked || row.State is CredentialState.Active))
            return null;
        if (row.State is CredentialState.Revoked)
            throw Revoked(renewal.Name);
        if (!isNewest && row.Source == renewal.Source)
            return Whole(row).Status;
        throw new CredentialException(
            CredentialErrorKind.Superseded, $"The credential '{renewal.Name}' was set anew, as epoch {row.Epoch}, and is not renewed from '{renewal.Source}' over that. Ask for the source once more if it is to come from there.");
    }

    private async Task<bool> HoldsAsync(StoredCredential row, Secret value, CancellationToken cancellation)
    {
        using var held = await _keys.OpenAsync(row, cancellation).ConfigureAwait(false);
        return held.Reveal() == value.Reveal();
    }

    /// <param name="Name">The credential.</param>
    /// <param name="Source">Where its secret is to come from.</param>
    /// <param name="Known">The reference that the asker holds.</param>
    /// <param name="Seen">The epoch that was there when it was asked: what comes later stays.</param>
    /// <param name="IsAsked">Whether somebody has asked for this source now.</param>
    private sealed record Renewal(string Name, string Source, CredentialReference? Known, long Seen, bool IsAsked);
}
