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
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="CredentialException">
    /// The reference is not genuine, the name has a secret of its own (<see cref="CredentialErrorKind.NameTaken"/>), or scopes cannot be narrowed here or to these.
    /// </exception>
    public async Task<CredentialReference> NarrowAsync(
        CredentialOwner owner, CredentialReference wider, string name, AllowedHosts? hosts, IReadOnlyList<string> scopes, CancellationToken cancellation = default)
    {
        CheckName(name);
        if (scopes.Count > 0 && _options.Narrower is null)
            throw new CredentialException(CredentialErrorKind.NotConfigured, "No provider is set up to exchange a token for one with fewer scopes. Set Mandate:ApiTokens:TokenExchange, or narrow by hosts alone.");
        var from = await ResolveAsync(await GenuineAsync(owner, wider, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        if (from.Names.Count >= MostInAChain)
            throw TooDeep(name);
        if (from.Names.Contains(name, StringComparer.Ordinal))
            throw new CredentialException(CredentialErrorKind.NameTaken, $"The credential '{name}' cannot be narrowed from itself. Give the narrower one another name.");
        if (scopes.Count > 0 && Both(scopes, from.Scopes) is [])
            throw NoScopes(name);
        while (true)
        {
            var before = await _pending.BeforeAsync(owner, name, cancellation).ConfigureAwait(false);
            var row = before.Row;
            if (row is { NarrowedFrom: null })
            {
                throw new CredentialException(
                    CredentialErrorKind.NameTaken, $"The credential '{name}' has a secret of its own, or had one that was revoked, and is not replaced by part of '{wider.Name}'. Give the narrower one another name, or let '{name}' keep its own (override).");
            }

            if (row is not null && (IsGrantOf(row, from.Row, hosts, scopes) || (row.State is CredentialState.Revoked && from.Top.SetAt <= row.SetAt)))
                return ReferenceOf(row);
            var epoch = Math.Max(from.Row.Epoch, before.NextEpoch);
            var next = new StoredCredential
            {
                Tenant = owner.Tenant,
                Tree = owner.Tree,
                Name = name,
                User = owner.User,
                Epoch = epoch,
                State = CredentialState.Active,
                Salt = before.SaltOrNew(),
                Hosts = hosts,
                NarrowedFrom = from.Row.Name,
                Scopes = scopes,
                SetAt = from.SetAt,
            };
            if (await _table.TryWriteAsync(next, before.Epoch, cancellation).ConfigureAwait(false))
            {
                _cache.Forget(next);
                return ReferenceOf(next);
            }
        }
    }

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
