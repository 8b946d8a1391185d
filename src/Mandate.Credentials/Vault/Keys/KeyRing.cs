using System.Security.Cryptography;
using System.Text;
using Mandate.Files;

namespace Mandate.Credentials.Vault.Keys;

/// <summary>
/// Key-encryption keys in a file that only its owner may read, or in a text from an external secret store. The newest key wraps; older ones unwrap what they wrapped until
/// it is wrapped anew (<see cref="VaultKeyRotation"/>).
/// </summary>
public sealed class KeyRing : IKeyEncryption
{
    private readonly string? _path;
    private readonly Func<CancellationToken, Task<IReadOnlyList<KeyRingKey>>>? _read;
    private IReadOnlyList<KeyRingKey> _keys;

    private KeyRing(IReadOnlyList<KeyRingKey> keys, string? path, Func<CancellationToken, Task<IReadOnlyList<KeyRingKey>>>? read) => (_keys, _path, _read) = (keys, path, read);

    /// <inheritdoc/>
    public string CurrentKeyId => _keys[^1].Id;

    /// <summary>Ids of all keys, oldest first.</summary>
    public IReadOnlyList<string> KeyIds => [.. _keys.Select(k => k.Id)];

    /// <summary>Opens a key ring's file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="createWhenMissing">Creates it with one key. False where a vault exists: without its keys its secrets are lost, and new keys would hide that.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="KeyRingException">It is missing, unreadable, readable by others, or damaged.</exception>
    public static async Task<KeyRing> OpenAsync(string path, bool createWhenMissing = false, TimeProvider? time = null, CancellationToken cancellation = default)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (!File.Exists(full) && createWhenMissing)
            await KeyRingFile.WriteAsync(full, [KeyRingKey.Create(time ?? TimeProvider.System)], overwrite: false, cancellation).ConfigureAwait(false);
        return new(await KeyRingFile.ReadAsync(full, cancellation).ConfigureAwait(false), full, token => KeyRingFile.ReadAsync(full, token));
    }

    /// <summary>Opens a key ring that an external secret store keeps: the content of a key ring's file, as a text or as a JSON object. Keys are added there.</summary>
    /// <param name="store">The store.</param>
    /// <param name="secretName">The secret's name.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="KeyRingException">It is missing, cannot be read, or is no key ring.</exception>
    public static async Task<KeyRing> OpenAsync(ISecretStore store, string secretName, CancellationToken cancellation = default) =>
        new(await ReadAsync(store, secretName, cancellation).ConfigureAwait(false), path: null, token => ReadAsync(store, secretName, token));

    /// <summary>A key ring from the content of a key ring's file. It cannot be extended here: add keys where it is kept.</summary>
    /// <exception cref="KeyRingException">It is no key ring.</exception>
    public static KeyRing Parse(Secret content) =>
        new(KeyRingFile.Parse(Encoding.UTF8.GetBytes(content.Reveal())) ?? throw new KeyRingException("The secret is no key ring, or one of a newer version."), path: null, read: null);

    /// <summary>Whether keys are added and removed here, rather than in an external secret store.</summary>
    public bool IsFile => _path is not null;

    /// <summary>Adds a key. What is wrapped from now on is wrapped under it; call <see cref="VaultKeyRotation.RewrapAsync"/> next for what is there.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="InvalidOperationException">The ring has no file.</exception>
    /// <exception cref="KeyRingException">The file cannot be written; it is unchanged.</exception>
    public Task<string> AddKeyAsync(TimeProvider? time = null, CancellationToken cancellation = default) => AddKeyAsync(time ?? TimeProvider.System, _ => Task.CompletedTask, cancellation);

    /// <param name="time">The clock.</param>
    /// <param name="announce">Told the key's id before the key is written.</param>
    /// <param name="cancellation">Stops the work.</param>
    internal async Task<string> AddKeyAsync(TimeProvider time, Func<string, Task> announce, CancellationToken cancellation)
    {
        var key = KeyRingKey.Create(time);
        await ChangeAsync(
            async keys =>
            {
                await announce(key.Id).ConfigureAwait(false);
                return [.. keys, key];
            },
            time,
            cancellation).ConfigureAwait(false);
        return key.Id;
    }

    /// <summary>Removes a key. Ask <see cref="VaultKeyRotation.RetireAsync"/>, which makes sure that nothing needs it.</summary>
    /// <exception cref="KeyRingException">It is the one that wraps, or the file cannot be written; the ring is unchanged.</exception>
    internal Task RemoveKeyAsync(string keyId, TimeProvider time, CancellationToken cancellation) => ChangeAsync(
        keys => keys[^1].Id != keyId
            ? Task.FromResult<IReadOnlyList<KeyRingKey>>([.. keys.Where(k => k.Id != keyId)])
            : throw new KeyRingException($"The key '{keyId}' is the one in use. Rotate first."),
        time,
        cancellation);

    /// <summary>Looks at the ring as it is kept now.</summary>
    /// <exception cref="KeyRingException">It cannot be read.</exception>
    internal async Task RefreshAsync(CancellationToken cancellation)
    {
        if (_read is not null)
            _keys = await _read(cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<WrappedKey> WrapAsync(ReadOnlyMemory<byte> dataKey, CancellationToken cancellation)
    {
        var key = _keys[^1];
        return new(new WrappedKey(key.Id, AesGcmBox.Seal(key.Bytes.Reveal(), dataKey.Span, Associated(key.Id))));
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellation)
    {
        var key = await FindAsync(wrapped.KeyId, cancellation).ConfigureAwait(false) ?? throw new KeyRingException(
            $"The vault's data keys are wrapped under the key '{wrapped.KeyId}', which the key ring does not hold. Restore the key ring with that key; without it the secrets cannot be read.");
        try
        {
            return AesGcmBox.Open(key.Bytes.Reveal(), wrapped.Bytes, Associated(key.Id));
        }
        catch (CryptographicException e)
        {
            throw new KeyRingException($"A data key of the vault was changed, or the key '{wrapped.KeyId}' of the key ring is another than the one that wrapped it. Restore both from a backup.", e);
        }
    }

    /// <summary>A key that is not known yet may have been added by another process meanwhile.</summary>
    private async ValueTask<KeyRingKey?> FindAsync(string id, CancellationToken cancellation)
    {
        if (_keys.FirstOrDefault(k => k.Id == id) is { } known)
            return known;
        await RefreshAsync(cancellation).ConfigureAwait(false);
        return _keys.FirstOrDefault(k => k.Id == id);
    }

    private async Task ChangeAsync(Func<IReadOnlyList<KeyRingKey>, Task<IReadOnlyList<KeyRingKey>>> change, TimeProvider time, CancellationToken cancellation)
    {
        if (_path is null)
            throw new InvalidOperationException("This key ring is kept elsewhere: change it there.");
        using var turn = await TurnAsync(_path, time, cancellation).ConfigureAwait(false);
        var keys = await change(await KeyRingFile.ReadAsync(_path, cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        await KeyRingFile.WriteAsync(_path, keys, overwrite: true, cancellation).ConfigureAwait(false);
        _keys = keys;
    }

    private static async Task<FileTurn> TurnAsync(string path, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            return await FileTurn.TakeAsync(path, time, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException($"The vault's key ring '{path}' cannot be changed now: {e.Message}", e);
        }
    }

    private static async Task<IReadOnlyList<KeyRingKey>> ReadAsync(ISecretStore store, string secretName, CancellationToken cancellation)
    {
        try
        {
            var bundle = await store.ReadAsync(secretName, cancellation).ConfigureAwait(false)
                ?? throw new KeyRingException($"{store.Name} has no secret '{secretName}', which is to be the vault's key ring. Put the content of a key ring's file there.");
            var content = bundle.TryGet("version", out var version) && bundle.TryGet("keys", out var keys)
                ? $$"""{"version":{{version.Reveal()}},"keys":{{keys.Reveal()}}}"""
                : bundle.Values.Count == 1 ? bundle.Values.First().Value.Reveal() : "";
            return KeyRingFile.Parse(Encoding.UTF8.GetBytes(content))
                ?? throw new KeyRingException($"The secret '{secretName}' of {store.Name} is no key ring, or one of a newer version.");
        }
        catch (SecretStoreException e)
        {
            throw new KeyRingException($"The vault's key ring cannot be read from {store.Name}: {e.Message}.", e);
        }
    }

    private static byte[] Associated(string keyId) => Encoding.UTF8.GetBytes($"mandate-vault-data-key:{keyId}");
}
