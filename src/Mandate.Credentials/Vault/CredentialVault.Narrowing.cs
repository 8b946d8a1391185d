using Mandate.Credentials.Vault.Storage;

namespace Mandate.Credentials.Vault;

/// <content>Credentials that give less than another.</content>
public sealed partial class CredentialVault
{
    /// <summary>How many credentials may be narrowed one from another, with the one that has the secret.</summary>
    private const int MostInAChain = 64;

    /// <summary>
    /// Makes a credential that gives less than another: fewer hosts, fewer scopes, or both. It has no secret of its own and follows the other's epochs. The other may itself be narrowed: what
    /// is granted is what is asked now, as far as every one above allows it. One of this name that was narrowed before is replaced; where it was revoked it stays revoked until the secret it
    /// comes from is set anew.
    /// </summary>
    /// <param name="owner">Who may use it.</param>
    /// <param name="wider">A genuine reference to the other one.</param>
    /// <param name="name">Name of the narrower one.</param>
    /// <param name="hosts">Hosts to keep; null for all of them.</param>
    /// <param name="scopes">Scopes to keep; empty for all of them.</param>
    /// <param name="runs">Tells whose child runs; null where that is not looked at.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="CredentialException">
    /// The reference is not genuine, the name has a secret of its own (<see cref="CredentialErrorKind.NameTaken"/>), or scopes cannot be narrowed here or to these.
    /// </exception>
    public async Task<CredentialReference> NarrowAsync(
        CredentialOwner owner, CredentialReference wider, string name, AllowedHosts? hosts, IReadOnlyList<string> scopes, ChildRuns? runs = null, CancellationToken cancellation = default)
    {
        var from = await WiderAsync(owner, wider, name, scopes, runs, cancellation).ConfigureAwait(false);
        while (true)
        {
            var before = await _pending.BeforeAsync(owner, name, cancellation).ConfigureAwait(false);
            if (before.Row is { NarrowedFrom: null })
            {
                throw new CredentialException(
                    CredentialErrorKind.NameTaken, $"The credential '{name}' has a secret of its own, or had one that was revoked, and is not replaced by part of '{wider.Name}'. Give the narrower one another name, or let '{name}' keep its own (override).");
            }

            if (before.Row is { } row && (IsGrantOf(row, from.Row, hosts, scopes) || IsKeptRevoked(row, from)))
                return ReferenceOf(row);
            var next = Narrowed(owner, name, before, from, hosts, scopes);
            if (await _table.TryWriteAsync(next, before.Epoch, cancellation).ConfigureAwait(false))
            {
                _cache.Forget(next);
                return ReferenceOf(next);
            }
        }
    }

    /// <summary>
    /// As <see cref="NarrowAsync"/>, for somebody who is about to be told and may turn out not to be there: as with <see cref="PrepareAsync"/> the name keeps what it has until the reference is
    /// presented, and what is set meanwhile stays. Then it replaces a secret of its own that the name had before, too. What was revoked stays so until the wider one is set anew.
    /// </summary>
    /// <param name="owner">Who may use it.</param>
    /// <param name="wider">A genuine reference to the other one.</param>
    /// <param name="name">Name of the narrower one.</param>
    /// <param name="hosts">Hosts to keep; null for all of them.</param>
    /// <param name="scopes">Scopes to keep; empty for all of them.</param>
    /// <param name="parent">Id of the workflow whose child is to be started with it: see <see cref="ChildRuns"/>. Null where it is not for a child's start.</param>
    /// <param name="runs">Tells whose child runs; null where that is not looked at.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <inheritdoc cref="NarrowAsync"/>
    /// <returns>The reference to send, and how the credential stands once it counts.</returns>
    public async Task<CredentialStatus> PrepareNarrowedAsync(
        CredentialOwner owner, CredentialReference wider, string name, AllowedHosts? hosts, IReadOnlyList<string> scopes, string? parent = null, ChildRuns? runs = null, CancellationToken cancellation = default)
    {
        var from = await WiderAsync(owner, wider, name, scopes, runs, cancellation).ConfigureAwait(false);
        while (true)
        {
            var before = await _pending.BeforeAsync(owner, name, cancellation).ConfigureAwait(false);
            if (before.Row is { } row && (IsGrantOf(row, from.Row, hosts, scopes) || IsKeptRevoked(row, from)))
                return (await ResolveAsync(row, cancellation).ConfigureAwait(false)).Status;
            // Who asks again, since his start was repeated or has failed before, gets what he was given: nothing piles up.
            var becomes = await LastPreparedAsync(owner, name, before, parent, cancellation).ConfigureAwait(false) is { } last && IsGrantOf(last, from.Row, hosts, scopes)
                ? last
                : Narrowed(owner, name, before, from, hosts, scopes);
            if (becomes.Epoch == before.LastPending || await _pending.TryAddAsync(PendingTable.RowOf(becomes, before.Epoch, parent) with { RenewAt = _options.Time.GetUtcNow() }, becomes, cancellation).ConfigureAwait(false))
                return (await ResolveAsync(becomes, cancellation).ConfigureAwait(false)).Status;
        }
    }

    private async Task<ResolvedCredential> WiderAsync(CredentialOwner owner, CredentialReference wider, string name, IReadOnlyList<string> scopes, ChildRuns? runs, CancellationToken cancellation)
    {
        CheckName(name);
        if (scopes.Count > 0 && _options.Narrower is null)
            throw new CredentialException(CredentialErrorKind.NotConfigured, "No provider is set up to exchange a token for one with fewer scopes. Set Mandate:ApiTokens:TokenExchange, or narrow by hosts alone.");
        var from = await ResolveAsync(await GenuineAsync(owner, wider, runs, looks: false, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        if (from.Names.Count >= MostInAChain)
            throw TooDeep(name);
        if (from.Names.Contains(name, StringComparer.Ordinal))
            throw new CredentialException(CredentialErrorKind.NameTaken, $"The credential '{name}' cannot be narrowed from itself. Give the narrower one another name.");
        return scopes.Count > 0 && Both(scopes, from.Scopes) is [] ? throw NoScopes(name) : from;
    }

    /// <summary>What was prepared last for a name, by the same parent, and may still count, as it will be then; null where nothing was.</summary>
    private async Task<StoredCredential?> LastPreparedAsync(CredentialOwner owner, string name, CredentialBefore before, string? parent, CancellationToken cancellation) =>
        before.LastPending > before.Epoch && await _pending.FindAsync(owner, new(name, before.LastPending, ""), cancellation).ConfigureAwait(false) is { } last && PendingTable.ParentOf(last) == parent
        && !PendingTable.IsSuperseded(last, before.Row)
            ? last with { Name = name, User = owner.User, Source = null, RenewAt = null }
            : null;

    /// <summary>Whether what a prepared credential is narrowed from is still there and does not come from the credential itself: others were prepared meanwhile.</summary>
    private async Task<bool> CanBeNarrowedAsync(StoredCredential next, CancellationToken cancellation) =>
        await _table.FindAsync(next.Owner, next.NarrowedFrom!, cancellation).ConfigureAwait(false) is { } wider
        && (await ResolveAsync(wider, cancellation).ConfigureAwait(false)).Names is { Count: < MostInAChain } names && !names.Contains(next.Name, StringComparer.Ordinal);

    private static StoredCredential Narrowed(CredentialOwner owner, string name, CredentialBefore before, ResolvedCredential from, AllowedHosts? hosts, IReadOnlyList<string> scopes) => new()
    {
        Tenant = owner.Tenant,
        Tree = owner.Tree,
        Name = name,
        User = owner.User,
        Epoch = Math.Max(from.Row.Epoch, before.NextEpoch),
        State = CredentialState.Active,
        Salt = before.SaltOrNew(),
        Hosts = hosts,
        NarrowedFrom = from.Row.Name,
        Scopes = scopes,
        SetAt = from.SetAt,
    };

    /// <summary>Whether a revocation holds: nothing was set since that could be narrowed.</summary>
    private static bool IsKeptRevoked(StoredCredential row, ResolvedCredential from) => row.State is CredentialState.Revoked && from.Top.SetAt <= row.SetAt;

    private static bool IsGrantOf(StoredCredential row, StoredCredential from, AllowedHosts? hosts, IReadOnlyList<string> scopes) =>
        row.State is CredentialState.Active && row.NarrowedFrom == from.Name && row.Epoch >= from.Epoch && Equals(row.Hosts, hosts) && row.Scopes.SequenceEqual(scopes, StringComparer.Ordinal);

    /// <summary>Goes up to the credential with a secret of its own. Each step takes away, and none gives back.</summary>
    private async Task<ResolvedCredential> ResolveAsync(StoredCredential row, CancellationToken cancellation)
    {
        if (row.NarrowedFrom is null)
            return Whole(row);
        var names = new List<string> { row.Name };
        var (hosts, scopes, state) = (row.Hosts, Both(row.Scopes, null), row.State);
        var top = row;
        while (top.NarrowedFrom is { } wider)
        {
            if (names.Count >= MostInAChain)
                throw TooDeep(row.Name);
            top = await _table.FindAsync(row.Owner, wider, cancellation).ConfigureAwait(false) ?? throw Unknown(row.Name);
            names.Add(top.Name);
            hosts = hosts is null || top.Hosts is null ? hosts ?? top.Hosts : hosts.Narrow(top.Hosts);
            scopes = Both(top.Scopes, scopes);
            state = top.State is CredentialState.Revoked ? CredentialState.Revoked : state;
        }

        return new()
        {
            Row = row,
            Reference = ReferenceOf(row),
            Top = top,
            Names = names,
            Hosts = hosts ?? AllowedHosts.None,
            Scopes = scopes,
            State = state,
            SetAt = row.State is CredentialState.Revoked ? row.SetAt : top.SetAt,
            ExpiresAt = top.ExpiresAt,
        };
    }

    /// <summary>A credential with a secret of its own.</summary>
    private ResolvedCredential Whole(StoredCredential row) => new()
    {
        Row = row,
        Reference = ReferenceOf(row),
        Top = row,
        Names = [row.Name],
        Hosts = row.Hosts ?? AllowedHosts.None,
        State = row.State,
        SetAt = row.SetAt,
        ExpiresAt = row.ExpiresAt,
    };

    private async Task<(ResolvedCredential Credential, Secret Secret)> ExchangeAsync(ResolvedCredential credential, Secret secret, CancellationToken cancellation)
    {
        var name = credential.Row.Name;
        if (credential.Scopes is [])
            throw NoScopes(name);
        if (_options.Narrower is not { } narrower)
            throw new CredentialException(CredentialErrorKind.NotConfigured, $"The credential '{name}' is narrowed to scopes, and no provider is set up to exchange it. Set Mandate:ApiTokens:TokenExchange.");
        try
        {
            var token = await narrower.NarrowAsync(secret, credential.Scopes!, cancellation).ConfigureAwait(false);
            return (credential with { ExpiresAt = token.ExpiresAt }, token.Value);
        }
        catch (TokenException e)
        {
            throw new CredentialException(e.IsTransient ? CredentialErrorKind.Unavailable : CredentialErrorKind.NotConfigured, $"The credential '{name}' cannot be narrowed. {e.Message}", e);
        }
    }

    /// <summary>What a stored list of scopes leaves of others. Stored, an empty list means all; among the others null does, and an empty list none.</summary>
    private static IReadOnlyList<string>? Both(IReadOnlyList<string> stored, IReadOnlyList<string>? others) =>
        stored.Count == 0 ? others : others is null ? stored : [.. stored.Intersect(others, StringComparer.Ordinal)];

    private static CredentialException NoScopes(string name) => new(
        CredentialErrorKind.NotConfigured, $"The credential '{name}' is left without any scope: those it is narrowed to are not among those of the one it comes from. Name scopes that the wider one keeps.");

    private static CredentialException TooDeep(string name) => new(
        CredentialErrorKind.NotConfigured, $"The credential '{name}' is narrowed more than {MostInAChain - 1} times over. Give a workflow further up a token of its own.");
}
