using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Mandate.Identity.Callers;

/// <summary>
/// Issuer and keys of an identity provider, by OpenID Connect discovery. (1) Fresh ones are used. (2) Old ones are used on while new ones are read beside, up to a day. (3) A key that is not
/// among them leads to one read, at most every <see cref="TokenIssuerOptions.KeyRefreshInterval"/>, so that made-up key ids cannot turn into a flood. Whoever asks meanwhile waits for the
/// same read.
/// </summary>
internal sealed partial class IssuerDocument(TokenIssuerOptions options, HttpMessageInvoker http, TimeProvider time, ILogger<IssuerDocument> logger)
{
    private const int MaximumBytes = 1024 * 1024;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan MaximumAge = TimeSpan.FromDays(1);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    /// <summary>After a failed read, how long callers are told at once that there are no keys.</summary>
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private IssuerKeys? _keys;
    private DateTimeOffset? _lastRead;
    private Task _read = Task.CompletedTask;
    private long _version;

    /// <summary>Changes whenever the keys do.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>What tokens name in <c>iss</c>, as far as that is known without asking the provider.</summary>
    public string? Issuer => options.Issuer ?? Volatile.Read(ref _keys)?.Issuer;

    /// <summary>The keys; null when there are none and the provider cannot be reached.</summary>
    public async ValueTask<IssuerKeys?> GetAsync(CancellationToken cancellation)
    {
        Task read;
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var age = now - _keys?.Began;
            if (age <= Lifetime)
                return _keys;
            read = ReadUnlessWithin(PauseAfterFailure, now);
            if (age <= MaximumAge)
                return _keys;
            _keys = null;
        }

        await read.WaitAsync(cancellation).ConfigureAwait(false);
        return Volatile.Read(ref _keys);
    }

    /// <summary>The keys after somebody missed one in <paramref name="known"/>; the same when it is too early to read again.</summary>
    public async ValueTask<IssuerKeys> GetAfterAsync(IssuerKeys known, CancellationToken cancellation)
    {
        Task read;
        lock (_gate)
        {
            if (_keys is { } present && present != known)
                return present;
            read = ReadUnlessWithin(options.KeyRefreshInterval, time.GetUtcNow());
        }

        await read.WaitAsync(cancellation).ConfigureAwait(false);
        return Volatile.Read(ref _keys) ?? known;
    }

    /// <summary>Called under the gate: the read on its way, or a new one.</summary>
    private Task ReadUnlessWithin(TimeSpan interval, DateTimeOffset now)
    {
        if (_read.IsCompleted && !(now - _lastRead < interval))
        {
            _lastRead = now;
            _read = Task.Run(() => ReadAsync(now), CancellationToken.None);
        }

        return _read;
    }

    private async Task ReadAsync(DateTimeOffset began)
    {
        try
        {
            using var timeout = new CancellationTokenSource(ReadTimeout, time);
            using var document = JsonDocument.Parse(await ReadAsync(new Uri(options.Authority.AbsoluteUri.TrimEnd('/') + "/.well-known/openid-configuration"), timeout.Token).ConfigureAwait(false));
            if (Text(document, "issuer") is not { } issuer || !IsExpected(issuer))
            {
                LogUnavailable(null, options.Authority, "its document names another issuer than the configured one");
                return;
            }

            if (!Uri.TryCreate(Text(document, "jwks_uri"), UriKind.Absolute, out var address) || !IsSecure(address))
            {
                LogUnavailable(null, options.Authority, "its document names no https address for its keys");
                return;
            }

            var set = new JsonWebKeySet(await ReadAsync(address, timeout.Token).ConfigureAwait(false));
            Take(new(issuer, ById(set), began));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or JsonException or ArgumentException or InvalidOperationException)
        {
            LogUnavailable(e, options.Authority, "it cannot be reached, or its answer cannot be understood");
        }
    }

    private async Task<string> ReadAsync(Uri address, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using var response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"{address} answered {(int)response.StatusCode}.");
        await response.Content.LoadIntoBufferAsync(MaximumBytes, cancellation).ConfigureAwait(false);
        return await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
    }

    private void Take(IssuerKeys keys)
    {
        lock (_gate)
        {
            var isSame = _keys is { } old && old.Issuer == keys.Issuer && old.Keys.Count == keys.Keys.Count
                && old.Keys.All(k => keys.Keys.TryGetValue(k.Key, out var key) && k.Value.CanComputeJwkThumbprint() && key.CanComputeJwkThumbprint() && k.Value.ComputeJwkThumbprint().AsSpan().SequenceEqual(key.ComputeJwkThumbprint()));
            Volatile.Write(ref _keys, keys);
            if (isSame)
                return;
            Interlocked.Increment(ref _version);
        }

        LogRead(options.Authority, keys.Keys.Count);
    }

    /// <summary>Signing keys with an id. One id for two keys makes both unusable: it would be unclear which one is meant.</summary>
    private static Dictionary<string, SecurityKey> ById(JsonWebKeySet set) => set.GetSigningKeys()
        .Where(k => k is JsonWebKey { Kty: "EC" or "RSA" } or ECDsaSecurityKey or RsaSecurityKey or X509SecurityKey && !string.IsNullOrEmpty(k.KeyId))
        .GroupBy(k => k.KeyId, StringComparer.Ordinal)
        .Where(g => g.Count() == 1)
        .ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);

    /// <summary>The document's issuer is the configured one, else the address it was found at (OpenID Connect Discovery 1.0, section 4.3).</summary>
    private bool IsExpected(string issuer) => options.Issuer is { } configured
        ? issuer == configured
        : issuer.TrimEnd('/') == options.Authority.OriginalString.TrimEnd('/') || issuer.TrimEnd('/') == options.Authority.AbsoluteUri.TrimEnd('/');

    private static bool IsSecure(Uri address) => address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);

    private static string? Text(JsonDocument document, string name) =>
        document.RootElement.ValueKind is JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
