using System.Collections.Frozen;
using System.Security.Cryptography;
using Mandate.Identity.Files;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Identity.Callers;

/// <summary>
/// API keys in a file: hashes only, so neither the file nor a backup of it lets anybody in. A change of the file by another process, such as <c>mandate api-keys revoke</c>, is in force
/// within a second.
/// </summary>
public sealed class ApiKeyStore : IDisposable
{
    private static readonly byte[] NoHash = new byte[32];

    private readonly string _path;
    private readonly WatchedFile<FrozenDictionary<string, ApiKey>> _file;
    private readonly TimeProvider _time;

    /// <summary>Opens the keys; without a file there are none until there is one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="loggers">Where to log to; null for nowhere.</param>
    /// <exception cref="ApiKeyStoreException">The file is unreadable, writable by others, or damaged.</exception>
    public ApiKeyStore(string path, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        _path = Path.GetFullPath(path);
        _time = time ?? TimeProvider.System;
        _file = new(_path, new ApiKeyFile(_path, (loggers ?? NullLoggerFactory.Instance).CreateLogger<ApiKeyStore>()), _time);
    }

    /// <summary>The keys, oldest first; those that have ended too.</summary>
    public IReadOnlyList<ApiKey> List() => ApiKeyFile.InOrder(_file.Present());

    /// <summary>Makes a key.</summary>
    /// <returns>The key as it is kept, and its text, which is told this once.</returns>
    /// <exception cref="ArgumentException">It cannot be made as asked; the message says why.</exception>
    /// <exception cref="ApiKeyStoreException">The file cannot be written; nothing was changed.</exception>
    public async Task<(ApiKey Key, string Text)> CreateAsync(ApiKeyRequest request, CancellationToken cancellation = default)
    {
        if (string.IsNullOrWhiteSpace(request.Name) || request.Name.Length > 100 || request.Name.Any(char.IsControl))
            throw new ArgumentException("An API key needs a name of up to 100 characters.", nameof(request));
        if (request.TenantId is null && request.Kind is CallerKind.User)
            throw new ArgumentException("An API key of a user needs a tenant.", nameof(request));
        if (request.Lifetime <= TimeSpan.Zero)
            throw new ArgumentException("An API key must live for a while.", nameof(request));
        _ = new Principal(request.Subject, request.TenantId ?? "any") { Scopes = request.Scopes };
        var now = _time.GetUtcNow();
        var (id, text) = ApiKeyText.Create();
        var key = new ApiKey
        {
            Id = id,
            Name = request.Name,
            Kind = request.Kind,
            Subject = request.Subject,
            TenantId = request.TenantId,
            Scopes = request.Scopes,
            Created = now,
            Expires = now + request.Lifetime,
            Hash = ApiKeyText.Hash(text),
        };
        await ChangeAsync(
            keys => keys.Any(k => k.Name == request.Name && !HasEnded(k, now))
                ? throw new ArgumentException($"There is a key '{request.Name}' already. Rotate it, revoke it, or choose another name.", nameof(request))
                : [.. keys, key],
            cancellation).ConfigureAwait(false);
        return (key, text);
    }

    /// <summary>Makes a key that follows another one: same name, caller and scopes. The old one ends after <paramref name="overlap"/>, so that its users can change over.</summary>
    /// <param name="idOrName">Id of the old key, or its name when only one live key has it.</param>
    /// <param name="overlap">How long both are good, from now on; zero ends the old one at once.</param>
    /// <param name="lifetime">How long the new one lives; null for as long as the old one was given.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc cref="CreateAsync" path="/returns"/>
    /// <exception cref="ArgumentException">There is no such key, or it has ended.</exception>
    /// <exception cref="ApiKeyStoreException">The file cannot be written; nothing was changed.</exception>
    public async Task<(ApiKey Key, string Text)> RotateAsync(string idOrName, TimeSpan overlap, TimeSpan? lifetime = null, CancellationToken cancellation = default)
    {
        var now = _time.GetUtcNow();
        var (id, text) = ApiKeyText.Create();
        ApiKey? made = null;
        await ChangeAsync(
            keys =>
            {
                var old = Named(keys, idOrName, now);
                made = old with { Id = id, Created = now, Expires = now + (lifetime ?? old.Expires - old.Created), Hash = ApiKeyText.Hash(text) };
                var end = now + overlap;
                return [.. keys.Select(k => k.Id == old.Id && !(k.Expires <= end) ? k with { Expires = end } : k), made];
            },
            cancellation).ConfigureAwait(false);
        return (made!, text);
    }

    /// <summary>Removes a key: it is refused from now on, by other processes within a second.</summary>
    /// <param name="idOrName">Its id, or its name when only one live key has it.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">There is no such key.</exception>
    /// <exception cref="ApiKeyStoreException">The file cannot be written; nothing was changed.</exception>
    public async Task<ApiKey> RevokeAsync(string idOrName, CancellationToken cancellation = default)
    {
        ApiKey? removed = null;
        await ChangeAsync(
            keys =>
            {
                removed = keys.FirstOrDefault(k => k.Id == idOrName) ?? Named(keys, idOrName, _time.GetUtcNow());
                return [.. keys.Where(k => k.Id != removed.Id)];
            },
            cancellation).ConfigureAwait(false);
        return removed!;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Judges a key. The comparison takes as long for a key that is nearly right as for any other.</summary>
    internal CallerVerdict Verify(string text)
    {
        var id = ApiKeyText.IdOf(text);
        var key = id is null ? null : _file.Present().GetValueOrDefault(id);
        if (!CryptographicOperations.FixedTimeEquals(ApiKeyText.Hash(text), key?.Hash ?? NoHash) || key is null)
            return CallerVerdict.Refuse(CallerRefusals.ApiKeyUnknown);
        if (HasEnded(key, _time.GetUtcNow()))
            return CallerVerdict.Refuse(CallerRefusals.ApiKeyExpired);
        return CallerVerdict.Accept(new()
        {
            Subject = key.Subject,
            Kind = key.Kind,
            Principal = key.TenantId is { } tenant ? new Principal(key.Subject, tenant) { Scopes = key.Scopes } : null,
            Scopes = key.Scopes,
            CredentialId = $"api-key:{key.Id}",
        });
    }

    private static bool HasEnded(ApiKey key, DateTimeOffset now) => key.Expires <= now;

    private static ApiKey Named(IReadOnlyList<ApiKey> keys, string idOrName, DateTimeOffset now)
    {
        var live = keys.Where(k => !HasEnded(k, now) && (k.Id == idOrName || k.Name == idOrName)).ToList();
        return live.Count switch
        {
            1 => live[0],
            0 => throw new ArgumentException($"There is no live API key '{idOrName}'.", nameof(idOrName)),
            _ => throw new ArgumentException($"There are {live.Count} live API keys '{idOrName}'; name one by its id: {string.Join(", ", live.Select(k => k.Id))}.", nameof(idOrName)),
        };
    }

    private async Task ChangeAsync(Func<IReadOnlyList<ApiKey>, IReadOnlyList<ApiKey>> change, CancellationToken cancellation)
    {
        try
        {
            await _file.ChangeAsync(keys => change(ApiKeyFile.InOrder(keys)).ToFrozenDictionary(k => k.Id, StringComparer.Ordinal), cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not ApiKeyStoreException && e is IOException or UnauthorizedAccessException)
        {
            throw new ApiKeyStoreException($"The API keys' file '{_path}' cannot be written, so nothing was changed: {e.Message}", e);
        }
    }
}
