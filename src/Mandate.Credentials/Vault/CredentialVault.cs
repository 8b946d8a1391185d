using System.Security.Cryptography;
using System.Text;
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
public sealed partial class CredentialVault : IAsyncDisposable
{
    private readonly CredentialVaultOptions _options;
    private readonly VaultDatabase _database;
    private readonly CredentialTable _table;
    private readonly VaultKeys _keys;
    private readonly CredentialCache _cache;

    private CredentialVault(CredentialVaultOptions options, VaultDatabase database, VaultKeys keys)
    {
        _options = options;
        _database = database;
        _table = new(database);
        _pending = new(database, _table);
        _keys = keys;
        _cache = new(options.CacheFor, options.Time);
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
    /// <exception cref="CredentialException">The store cannot be used.</exception>
    public Task<CredentialReference> SetAsync(CredentialSetting setting, CancellationToken cancellation = default)
    {
        CheckName(setting.Name);
        return WriteAsync(
            setting.Owner,
            setting.Name,
            async before =>
            {
                var hosts = setting.Hosts ?? (before.Row is { } row ? (await ResolveAsync(row, cancellation).ConfigureAwait(false)).Hosts : AllowedHosts.None);
                return Next(setting.Owner, setting.Name, before, setting.Value, hosts, setting.ExpiresAt);
            },
            cancellation);
    }

    /// <summary>
    /// Revokes a credential and erases its secret. Narrowed ones go with it, and so does what was prepared until now: it does not count when it arrives. That is also how a secret is
    /// revoked that is still on its way, where nothing else was ever set.
    /// </summary>
    /// <exception cref="CredentialException">There is none of this name.</exception>
    public Task<CredentialReference> RevokeAsync(CredentialOwner owner, string name, CancellationToken cancellation = default) => WriteAsync(
        owner,
        name,
        before => before is { Row: null, Salt: null } ? throw Unknown(name) : Task.FromResult((before.Row ?? First(owner, name, before, AllowedHosts.None)) with
        {
            Epoch = before.NextEpoch,
            State = CredentialState.Revoked,
            SetAt = _options.Time.GetUtcNow(),
            Sealed = null,
            DataKeyId = null,
            ExpiresAt = null,
            RenewAt = null,
        }),
        cancellation);

    /// <summary>How the credential stands that a reference means, whichever epoch it is of.</summary>
    /// <param name="owner">Who may use it.</param>
    /// <param name="reference">A reference of any epoch.</param>
    /// <param name="runs">Tells whose child runs; null where that is not looked at. What was prepared for a child's start does not count before that child runs, and is shown as it would stand.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="CredentialException">The reference is not genuine.</exception>
    public async Task<CredentialStatus> NewestAsync(CredentialOwner owner, CredentialReference reference, ChildRuns? runs = null, CancellationToken cancellation = default) =>
        (await ResolveAsync(await GenuineAsync(owner, reference, runs, looks: true, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false)).Status;

    /// <summary>How a credential stands; null when there is none of this name.</summary>
    public async Task<CredentialStatus?> FindAsync(CredentialOwner owner, string name, CancellationToken cancellation = default) =>
        await _table.FindAsync(owner, name, cancellation).ConfigureAwait(false) is { } row
            ? (await ResolveAsync(row, cancellation).ConfigureAwait(false)).Status
            : null;

    /// <summary>The secret that a reference stands for, of the newest epoch.</summary>
    /// <param name="owner">For whom it is to be used.</param>
    /// <param name="reference">A reference of any epoch.</param>
    /// <param name="target">Where it will be sent.</param>
    /// <param name="runs">Tells whose child runs; null where that is not looked at.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="CredentialException">It cannot be had; the kind says why.</exception>
    public async ValueTask<RedeemedCredential> RedeemAsync(CredentialOwner owner, CredentialReference reference, Uri target, ChildRuns? runs = null, CancellationToken cancellation = default)
    {
        var (credential, secret) = await CurrentAsync(owner, reference, runs, cancellation).ConfigureAwait(false);
        CheckUsable(credential);
        if (!credential.Hosts.Allow(target))
        {
            throw new CredentialException(CredentialErrorKind.HostNotAllowed,
                $"The credential '{credential.Row.Name}' must not be sent to '{target.GetLeftPart(UriPartial.Authority)}': it is bound to {credential.Hosts}. Set it with that host among its hosts, or call an allowed one.");
        }

        // What is kept for the calls to come stays here: who is given a secret may wipe it.
        return new(credential.Reference, new Secret(secret.Reveal()), credential.SetAt, credential.ExpiresAt);
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
        _cache.ForgetTree(tenant, tree);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _cache.Dispose();
        _database.Dispose();
        return default;
    }

    private async ValueTask<(ResolvedCredential Credential, Secret Secret)> CurrentAsync(CredentialOwner owner, CredentialReference reference, ChildRuns? runs, CancellationToken cancellation)
    {
        var changes = _cache.Changes;
        if (_cache.Find(owner, reference.Name) is { } cached && (reference.Epoch == cached.Credential.Row.Epoch || reference.Epoch == cached.Presented) && IsGenuine(cached.Credential.Row, reference))
            return (cached.Credential, cached.Secret);
        var credential = await ResolveAsync(await GenuineAsync(owner, reference, runs, looks: false, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        CheckUsable(credential);
        var until = _options.Time.GetUtcNow() + _options.CacheFor;
        var secret = await _keys.OpenAsync(credential.Top, cancellation).ConfigureAwait(false);
        if (credential.Scopes is not null)
            (credential, secret) = await ExchangeAsync(credential, secret, cancellation).ConfigureAwait(false);

        _cache.Add(owner, new(credential, secret, until, reference.Epoch), changes);
        return (credential, secret);
    }

    private async Task<StoredCredential> GenuineAsync(CredentialOwner owner, CredentialReference reference, ChildRuns? runs, bool looks, CancellationToken cancellation)
    {
        if (!reference.IsWellFormed)
            throw Unknown(reference.Name);
        if (await _table.FindAsync(owner, reference.Name, cancellation).ConfigureAwait(false) is not { } row || !IsGenuine(row, reference))
            return await ArrivedAsync(owner, reference, runs, looks, cancellation).ConfigureAwait(false) ?? throw Unknown(reference.Name);
        // One of an earlier epoch may have been withdrawn after something later was set, or prepared for another's child.
        return reference.Epoch < row.Epoch && await _pending.FindAsync(owner, reference, cancellation).ConfigureAwait(false) is { } late
            && (late.State is CredentialState.Revoked || await LifeAsync(owner, reference.Name, late, runs, cancellation).ConfigureAwait(false) is ChildLife.Nobodys)
            ? throw Unknown(reference.Name)
            : row;
    }

    private bool IsGenuine(StoredCredential row, CredentialReference reference) =>
        reference.IsWellFormed && reference.Epoch <= row.Epoch
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(reference.Fingerprint), Encoding.UTF8.GetBytes(_keys.FingerprintOf(row, reference.Epoch)));

    private CredentialReference ReferenceOf(StoredCredential row) => new(row.Name, row.Epoch, _keys.FingerprintOf(row, row.Epoch));

    private async Task<CredentialReference> WriteAsync(CredentialOwner owner, string name, Func<CredentialBefore, Task<StoredCredential>> decide, CancellationToken cancellation)
    {
        while (true)
        {
            await _keys.FollowAsync(cancellation).ConfigureAwait(false);
            var before = await _pending.BeforeAsync(owner, name, cancellation).ConfigureAwait(false);
            var next = await decide(before).ConfigureAwait(false);
            // Written only where what was decided upon still holds; else it is decided anew.
            if (!await _table.TryWriteAsync(next, before.Epoch, cancellation).ConfigureAwait(false))
                continue;
            _cache.Forget(next);
            return ReferenceOf(next);
        }
    }

    private StoredCredential Next(CredentialOwner owner, string name, CredentialBefore before, Secret value, AllowedHosts hosts, DateTimeOffset? expiresAt)
    {
        var row = First(owner, name, before, hosts) with { ExpiresAt = expiresAt };
        var (keyId, box) = _keys.Seal(row, value);
        return row with { DataKeyId = keyId, Sealed = box };
    }

    /// <summary>What follows, with nothing of what was there but its salt.</summary>
    private StoredCredential First(CredentialOwner owner, string name, CredentialBefore before, AllowedHosts hosts) => new()
    {
        Tenant = owner.Tenant,
        Tree = owner.Tree,
        Name = name,
        User = owner.User,
        Epoch = before.NextEpoch,
        State = CredentialState.Active,
        Salt = before.SaltOrNew(),
        Hosts = hosts,
        SetAt = _options.Time.GetUtcNow(),
    };

    private void CheckUsable(ResolvedCredential credential)
    {
        if (credential.State == CredentialState.Revoked)
            throw Revoked(credential.Row.Name);
        if (credential.ExpiresAt <= _options.Time.GetUtcNow())
            throw new CredentialException(CredentialErrorKind.Expired, $"The credential '{credential.Row.Name}' has expired. Set a new one.");
    }

    private static void CheckName(string name)
    {
        if (name is not { Length: >= 1 and <= CredentialReference.MaximumNameLength })
            throw new ArgumentException($"The name of a credential has 1 to {CredentialReference.MaximumNameLength} characters.", nameof(name));
        if (name.Any(char.IsControl))
            throw new CredentialException(CredentialErrorKind.NotConfigured, "The name of a credential, which is the id of its workflow, has no control characters. Give the workflow another id.");
    }

    private static CredentialException Unknown(string name) =>
        new(CredentialErrorKind.Unknown, $"The vault knows no credential '{name}' for this tree of workflows and its user, or the reference is not one it gave out. References are good for the tree and user they were given out for, until the tree has ended. Set a token for this workflow.");

    private static CredentialException Revoked(string name) =>
        new(CredentialErrorKind.Revoked, $"The credential '{name}' was revoked. Set a new one before the work goes on.");
}
