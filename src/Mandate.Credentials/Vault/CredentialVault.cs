using System.Collections.Concurrent;
using Mandate.Credentials.Vault.Keys;
using Mandate.Credentials.Vault.Storage;

namespace Mandate.Credentials.Vault;

/// <summary>
/// Keeps secrets under names and gives them out for references. A secret is sealed with AES-256-GCM under a data key, the data keys under a key-encryption key that is kept elsewhere.
/// Each name belongs to one tree of workflows of one tenant and user, and each setting of it is an epoch; the secret of the epoch before is erased.
/// </summary>
/// <remarks>
/// Redeeming: (1) the reference must be one that the vault gave out for this tenant, tree and user; (2) the newest epoch counts, whichever was presented, so that a rotation holds from
/// the next call on; (3) revoked and expired ones are refused; (4) the target must be an allowed host; (5) a narrowed credential is exchanged for a narrower token.
/// </remarks>
public sealed class CredentialVault : IAsyncDisposable
{
    private readonly CredentialVaultOptions _options;
    private readonly VaultDatabase _database;
    private readonly CredentialTable _table;
    private readonly VaultKeys _keys;
    private readonly ConcurrentDictionary<(string Tenant, string Tree, string Name), CachedCredential> _cache = new();
    private long _changes;

    private CredentialVault(CredentialVaultOptions options, VaultDatabase database, VaultKeys keys)
    {
        _options = options;
        _database = database;
        _table = new(database);
        _keys = keys;
        Keys = new(database, _table, keys, options.KeyEncryption, options.Time);
    }

    /// <summary>Names of the configured sources.</summary>
    public IReadOnlyCollection<string> Sources => [.. _options.Sources.Keys];

    /// <summary>Opens a vault, creating it when it is new.</summary>
    /// <exception cref="KeyRingException">Its keys cannot be unwrapped.</exception>
    /// <exception cref="CredentialException">Its store cannot be used.</exception>
    public static async Task<CredentialVault> OpenAsync(CredentialVaultOptions options, CancellationToken cancellation = default)
    {
        if (options.CacheFor < TimeSpan.Zero || options.CacheFor > TimeSpan.FromSeconds(60))
            throw new ArgumentException($"{nameof(options.CacheFor)} of a vault is 0 to 60 s.", nameof(options));
        var database = await VaultDatabase.OpenAsync(options, cancellation).ConfigureAwait(false);
        try
        {
            return new(options, database, await VaultKeys.OpenAsync(new(database), options.KeyEncryption, options.Time, cancellation).ConfigureAwait(false));
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Sets a secret. It holds from the moment this completes, durably, for every call that redeems the name.</summary>
    /// <exception cref="CredentialException">The name belongs to another user, or the store cannot be used.</exception>
    public Task<CredentialReference> SetAsync(CredentialSetting setting, CancellationToken cancellation = default)
    {
        CheckName(setting.Name);
        return WriteAsync(setting.Owner, setting.Name, (row, _) => Next(setting.Owner, setting.Name, row, setting.Value, setting.Hosts ?? row?.Hosts ?? AllowedHosts.None) with { ExpiresAt = setting.ExpiresAt }, cancellation);
    }

    /// <summary>Gets a new secret from a configured source and sets it.</summary>
    /// <exception cref="CredentialException">There is no such source for this tenant, or it gives nothing.</exception>
    public async Task<CredentialStatus> RenewAsync(CredentialOwner owner, string name, string source, CancellationToken cancellation = default)
    {
        CheckName(name);
        if (!_options.Sources.TryGetValue(source, out var configured) || (configured.Tenants.Count > 0 && !configured.Tenants.Contains(owner.Tenant, StringComparer.Ordinal)))
            throw new CredentialException(CredentialErrorKind.NotConfigured, $"No token source '{source}' is configured for this tenant. Set it up under Mandate:ApiTokens:Sources.");
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
        // Asked before the source has a new one, it gives the one it gave: that is no rotation.
        if (await _table.FindAsync(owner.Tenant, owner.Tree, name, cancellation).ConfigureAwait(false) is { State: CredentialState.Active, Sealed: not null } known && known.User == owner.User
            && known.Source == source && known.ExpiresAt?.ToUnixTimeMilliseconds() == expiresAt?.ToUnixTimeMilliseconds()
            && (await _keys.OpenAsync(known, cancellation).ConfigureAwait(false)).Reveal() == token.Value.Reveal())
        {
            return known.Status with { RenewAt = token.RefreshAt };
        }

        await WriteAsync(
            owner,
            name,
            (row, _) => Next(owner, name, row, token.Value, configured.Hosts) with { ExpiresAt = expiresAt, RenewAt = token.RefreshAt, Source = source },
            cancellation).ConfigureAwait(false);
        return (await FindAsync(owner, name, cancellation).ConfigureAwait(false))!;
    }

    /// <summary>Revokes a credential and erases its secret. Narrowed ones go with it.</summary>
    /// <exception cref="CredentialException">There is none of this name.</exception>
    public Task<CredentialReference> RevokeAsync(CredentialOwner owner, string name, CancellationToken cancellation = default) => WriteAsync(
        owner,
        name,
        (row, epoch) => (row ?? throw Unknown(name)) with
        {
            Epoch = epoch,
            State = CredentialState.Revoked,
            Fingerprint = _keys.FingerprintOf(owner.Tenant, owner.Tree, name, epoch, value: null),
            SetAt = _options.Time.GetUtcNow(),
            Sealed = null,
            DataKeyId = null,
            ExpiresAt = null,
            RenewAt = null,
        },
        cancellation);

    /// <summary>
    /// Makes a credential that gives less than another: fewer hosts, fewer scopes, or both. It has no secret of its own and follows the other's epochs.
    /// </summary>
    /// <param name="owner">Who may use it.</param>
    /// <param name="wider">A genuine reference to the other one.</param>
    /// <param name="name">Name of the narrower one.</param>
    /// <param name="hosts">Hosts to keep; null for all of them.</param>
    /// <param name="scopes">Scopes to keep; empty for all of them.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="CredentialException">The reference is not genuine, or scopes cannot be narrowed here.</exception>
    public async Task<CredentialReference> NarrowAsync(
        CredentialOwner owner, CredentialReference wider, string name, AllowedHosts? hosts, IReadOnlyList<string> scopes, CancellationToken cancellation = default)
    {
        CheckName(name);
        if (scopes.Count > 0 && _options.Narrower is null)
            throw new CredentialException(CredentialErrorKind.NotConfigured, "No provider is set up to exchange a token for one with fewer scopes. Set Mandate:ApiTokens:TokenExchange, or narrow by hosts alone.");
        var from = await GenuineAsync(owner, wider, cancellation).ConfigureAwait(false);
        while (true)
        {
            var row = await _table.FindAsync(owner.Tenant, owner.Tree, name, cancellation).ConfigureAwait(false);
            if (row is not null && row.Epoch >= from.Epoch && row.State == from.State && row.NarrowedFrom == from.Name)
                return row.Reference;
            var epoch = Math.Max(from.Epoch, (row?.Epoch ?? 0) + 1);
            var next = new StoredCredential
            {
                Tenant = owner.Tenant,
                Tree = owner.Tree,
                Name = name,
                User = owner.User,
                Epoch = epoch,
                State = from.State,
                Fingerprint = _keys.FingerprintOf(owner.Tenant, owner.Tree, name, epoch, value: null),
                Hosts = hosts is null ? from.Hosts : from.Hosts.Narrow(hosts),
                NarrowedFrom = from.Name,
                Scopes = scopes,
                SetAt = from.SetAt,
                ExpiresAt = from.ExpiresAt,
            };
            if (await _table.TryWriteAsync(next, row?.Epoch ?? 0, cancellation).ConfigureAwait(false))
            {
                Forget(next);
                return next.Reference;
            }
        }
    }

    /// <summary>How the credential stands that a reference means, whichever epoch it is of.</summary>
    /// <exception cref="CredentialException">The reference is not genuine.</exception>
    public async Task<CredentialStatus> NewestAsync(CredentialOwner owner, CredentialReference reference, CancellationToken cancellation = default) =>
        (await GenuineAsync(owner, reference, cancellation).ConfigureAwait(false)).Status;

    /// <summary>How a credential stands; null when there is none of this name.</summary>
    public async Task<CredentialStatus?> FindAsync(CredentialOwner owner, string name, CancellationToken cancellation = default) =>
        await _table.FindAsync(owner.Tenant, owner.Tree, name, cancellation).ConfigureAwait(false) is { } row && row.User == owner.User ? row.Status : null;

    /// <summary>The secret that a reference stands for, of the newest epoch.</summary>
    /// <param name="owner">For whom it is to be used.</param>
    /// <param name="reference">A reference of any epoch.</param>
    /// <param name="target">Where it will be sent.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="CredentialException">It cannot be had; the kind says why.</exception>
    public async ValueTask<RedeemedCredential> RedeemAsync(CredentialOwner owner, CredentialReference reference, Uri target, CancellationToken cancellation = default)
    {
        var cached = await CurrentAsync(owner, reference, cancellation).ConfigureAwait(false);
        var row = cached.Row;
        CheckUsable(row);
        if (!row.Hosts.Allow(target))
        {
            throw new CredentialException(CredentialErrorKind.HostNotAllowed,
                $"The credential '{row.Name}' must not be sent to '{target.GetLeftPart(UriPartial.Authority)}': it is bound to {row.Hosts}. Set it with that host among its hosts, or call an allowed one.");
        }

        return new(row.Reference, cached.Secret!, row.SetAt, row.ExpiresAt);
    }

    /// <summary>What operators do with the keys.</summary>
    public VaultKeyRotation Keys { get; }

    /// <summary>
    /// Seals all secrets under a new data key, and all keys under the key ring's newest key. Other processes that have the vault open follow by themselves.
    /// </summary>
    /// <returns>How many secrets were sealed anew.</returns>
    public async Task<int> RotateKeysAsync(CancellationToken cancellation = default) => (await Keys.RotateAsync(Environment.UserName, cancellation).ConfigureAwait(false)).Secrets;

    /// <summary>Trees that hold credentials of which none was set since a time.</summary>
    public Task<IReadOnlyList<(string Tenant, string Tree)>> TreesAsync(DateTimeOffset before, CancellationToken cancellation = default) => _table.TreesAsync(before, cancellation);

    /// <summary>Forgets everything a tree holds, when its work has ended.</summary>
    /// <param name="tenant">The tree's tenant.</param>
    /// <param name="tree">The tree.</param>
    /// <param name="unlessSetSince">Nothing is forgotten where a credential was set since then: the tree has begun again. Null forgets in any case.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task RemoveTreeAsync(string tenant, string tree, DateTimeOffset? unlessSetSince = null, CancellationToken cancellation = default)
    {
        await _table.RemoveTreeAsync(tenant, tree, unlessSetSince ?? DateTimeOffset.MaxValue, cancellation).ConfigureAwait(false);
        foreach (var key in _cache.Keys.Where(k => k.Tenant == tenant && k.Tree == tree))
            _cache.TryRemove(key, out _);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _cache.Clear();
        _database.Dispose();
        return default;
    }

    private async ValueTask<CachedCredential> CurrentAsync(CredentialOwner owner, CredentialReference reference, CancellationToken cancellation)
    {
        var key = (owner.Tenant, owner.Tree, reference.Name);
        var changes = Interlocked.Read(ref _changes);
        if (_cache.TryGetValue(key, out var cached) && _options.Time.GetUtcNow() < cached.Until && cached.IsFor(owner, reference))
            return cached;
        var row = await GenuineAsync(owner, reference, cancellation).ConfigureAwait(false);
        CheckUsable(row);
        var (secret, until) = (default(Secret), _options.Time.GetUtcNow() + _options.CacheFor);
        if (row.NarrowedFrom is null)
        {
            secret = await _keys.OpenAsync(row, cancellation).ConfigureAwait(false);
        }
        else
        {
            (row, secret) = await NarrowedAsync(owner, row, cancellation).ConfigureAwait(false);
        }

        var references = cached?.Row.Epoch == row.Epoch ? cached.Presented : [];
        cached = new(row, secret, until, references.Add(reference));
        if (_options.CacheFor > TimeSpan.Zero)
        {
            _cache[key] = cached;
            // What was changed while this was read must not be remembered as it was before.
            if (Interlocked.Read(ref _changes) != changes)
                _cache.TryRemove(key, out _);
        }

        return cached;
    }

    /// <summary>A narrowed credential follows the wider one: its epoch, its state, and its secret, exchanged where scopes are to be fewer.</summary>
    private async Task<(StoredCredential Row, Secret Secret)> NarrowedAsync(CredentialOwner owner, StoredCredential row, CancellationToken cancellation)
    {
        var wider = await _table.FindAsync(owner.Tenant, owner.Tree, row.NarrowedFrom!, cancellation).ConfigureAwait(false) ?? throw Unknown(row.Name);
        CheckUsable(wider);
        var token = await _keys.OpenAsync(wider, cancellation).ConfigureAwait(false);
        row = row with { Hosts = row.Hosts.Narrow(wider.Hosts), SetAt = wider.SetAt, ExpiresAt = wider.ExpiresAt };
        if (row.Scopes.Count == 0)
            return (row, token);
        try
        {
            var narrower = await _options.Narrower!.NarrowAsync(token, row.Scopes, cancellation).ConfigureAwait(false);
            return (row with { ExpiresAt = narrower.ExpiresAt }, narrower.Value);
        }
        catch (TokenException e)
        {
            throw new CredentialException(e.IsTransient ? CredentialErrorKind.Unavailable : CredentialErrorKind.NotConfigured, $"The credential '{row.Name}' cannot be narrowed. {e.Message}", e);
        }
    }

    private async Task<StoredCredential> GenuineAsync(CredentialOwner owner, CredentialReference reference, CancellationToken cancellation)
    {
        if (!reference.IsWellFormed)
            throw Unknown(reference.Name);
        var row = await _table.FindAsync(owner.Tenant, owner.Tree, reference.Name, cancellation).ConfigureAwait(false);
        if (row is null || row.User != owner.User)
            throw Unknown(reference.Name);
        var isGenuine = row.Reference == reference || await _table.HasFingerprintAsync(owner.Tenant, owner.Tree, reference, cancellation).ConfigureAwait(false);
        return isGenuine ? row : throw Unknown(reference.Name);
    }

    private async Task<CredentialReference> WriteAsync(
        CredentialOwner owner, string name, Func<StoredCredential?, long, StoredCredential> decide, CancellationToken cancellation)
    {
        while (true)
        {
            await _keys.FollowAsync(cancellation).ConfigureAwait(false);
            var row = await _table.FindAsync(owner.Tenant, owner.Tree, name, cancellation).ConfigureAwait(false);
            if (row is not null && row.User != owner.User)
                throw Unknown(name);
            var next = decide(row, (row?.Epoch ?? 0) + 1);
            if (!await _table.TryWriteAsync(next, row?.Epoch ?? 0, cancellation).ConfigureAwait(false))
                continue;
            Forget(next);
            return next.Reference;
        }
    }

    private StoredCredential Next(CredentialOwner owner, string name, StoredCredential? before, Secret value, AllowedHosts hosts)
    {
        var epoch = (before?.Epoch ?? 0) + 1;
        var row = new StoredCredential
        {
            Tenant = owner.Tenant,
            Tree = owner.Tree,
            Name = name,
            User = owner.User,
            Epoch = epoch,
            State = CredentialState.Active,
            Fingerprint = _keys.FingerprintOf(owner.Tenant, owner.Tree, name, epoch, value),
            Hosts = hosts,
            SetAt = _options.Time.GetUtcNow(),
        };
        var (keyId, box) = _keys.Seal(row, value);
        return row with { DataKeyId = keyId, Sealed = box };
    }

    private void CheckUsable(StoredCredential row)
    {
        if (row.State == CredentialState.Revoked)
            throw new CredentialException(CredentialErrorKind.Revoked, $"The credential '{row.Name}' was revoked. Set a new one before the work goes on.");
        if (row.ExpiresAt <= _options.Time.GetUtcNow())
            throw new CredentialException(CredentialErrorKind.Expired, $"The credential '{row.Name}' has expired. Set a new one.");
    }

    /// <summary>What was changed here holds here at once, and so does what is narrowed from it.</summary>
    private void Forget(StoredCredential changed)
    {
        Interlocked.Increment(ref _changes);
        foreach (var (key, cached) in _cache)
        {
            if (key.Tenant == changed.Tenant && key.Tree == changed.Tree && (key.Name == changed.Name || cached.Row.NarrowedFrom == changed.Name))
                _cache.TryRemove(key, out _);
        }
    }

    private static void CheckName(string name)
    {
        if (name is not { Length: >= 1 and <= CredentialReference.MaximumNameLength })
            throw new ArgumentException($"The name of a credential has 1 to {CredentialReference.MaximumNameLength} characters.", nameof(name));
    }

    private static CredentialException Unknown(string name) =>
        new(CredentialErrorKind.Unknown, $"The vault knows no credential '{name}' for this tree of workflows. References are given out when a credential is set and are good for that tree alone.");
}
