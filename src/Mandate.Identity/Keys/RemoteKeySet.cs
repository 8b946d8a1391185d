using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Identity.Keys;

/// <summary>
/// The published keys of the service that signs principals, fetched from its JWKS address and kept. (1) While they are fresh they are simply used. (2) Old ones are used on while new ones are
/// fetched, up to a day. (3) A key that is not among them leads to one fetch; only when a fetch begun after the key was first asked for does not bring it, it is unknown. Fetches are at least
/// <see cref="MinimumInterval"/> apart, so envelopes with made-up keys cannot turn into a flood.
/// </summary>
public sealed partial class RemoteKeySet : VerificationKeys, IDisposable
{
    private const int MaximumBytes = 1024 * 1024;
    private const int MaximumUnknown = 1_000;

    private readonly Uri _address;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HttpMessageInvoker _http;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _firstAsked = new(StringComparer.Ordinal);
    private FrozenDictionary<string, EcKey> _keys = FrozenDictionary<string, EcKey>.Empty;
    private DateTimeOffset? _goodFetchBegan;
    private DateTimeOffset? _lastFetchBegan;
    private long _fetches;
    private long _goodFetch;
    private Task _fetch = Task.CompletedTask;
    private long _version;

    /// <summary>Creates a set. Nothing is fetched before it is asked for a key, or <see cref="LoadAsync"/> is called.</summary>
    /// <param name="address">Address of the key set, by https; http is accepted on this machine only.</param>
    /// <param name="handler">Sends the requests, and is not disposed; null for an own one. It must not follow redirects.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="loggers">Where to log to; null for nowhere.</param>
    /// <exception cref="ArgumentException">The address could be answered by anybody on the way.</exception>
    public RemoteKeySet(Uri address, HttpMessageHandler? handler = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        if (!address.IsAbsoluteUri || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
            throw new ArgumentException($"The keys' address '{address}' must be an https address: whoever answers it decides who may act for whom.", nameof(address));
        _address = address;
        _time = time ?? TimeProvider.System;
        _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<RemoteKeySet>();
        _http = handler is null
            ? new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }, disposeHandler: true)
            : new(handler, disposeHandler: false);
    }

    /// <summary>How long keys are used before new ones are fetched: one hour.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromHours(1);

    /// <summary>How long keys are used at most when no new ones can be fetched: one day.</summary>
    public static TimeSpan MaximumAge { get; } = TimeSpan.FromDays(1);

    /// <summary>Shortest time between the beginnings of two fetches: ten seconds.</summary>
    public static TimeSpan MinimumInterval { get; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a fetch may take: ten seconds.</summary>
    public static TimeSpan FetchTimeout { get; } = TimeSpan.FromSeconds(10);

    internal override long Version => Interlocked.Read(ref _version);

    /// <summary>Fetches the keys now, so that the first envelope need not wait. A failure is logged and leaves it to the first envelope.</summary>
    public Task LoadAsync(CancellationToken cancellation = default)
    {
        lock (_gate)
        {
            StartFetchWhenAllowed();
            return _fetch.WaitAsync(cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    internal override KeyLookup Find(string keyId)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            if (_goodFetchBegan is not { } began || now - began > Lifetime)
                StartFetchWhenAllowed();
            if (_goodFetchBegan is not { } good || now - good > MaximumAge)
                return KeyLookup.Pending;
            if (_keys.TryGetValue(keyId, out var key))
                return KeyLookup.Found(key);

            if (!_firstAsked.TryGetValue(keyId, out var asked))
            {
                if (_firstAsked.Count >= MaximumUnknown)
                    _firstAsked.Clear();
                _firstAsked[keyId] = asked = _fetches;
            }

            if (_goodFetch > asked)
                return KeyLookup.Unknown;
            StartFetchWhenAllowed();
            return KeyLookup.Pending;
        }
    }

    internal override Task WhenFetchedAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            StartFetchWhenAllowed();
            return _fetch.WaitAsync(cancellation);
        }
    }

    private void StartFetchWhenAllowed()
    {
        var now = _time.GetUtcNow();
        if (!_fetch.IsCompleted || (_lastFetchBegan is { } last && now - last < MinimumInterval))
            return;
        _lastFetchBegan = now;
        var number = ++_fetches;
        _fetch = Task.Run(() => FetchAsync(now, number));
    }

    private async Task FetchAsync(DateTimeOffset began, long number)
    {
        try
        {
            using var timeout = new CancellationTokenSource(FetchTimeout, _time);
            using var request = new HttpRequestMessage(HttpMethod.Get, _address);
            // It is asked for when a key is missing or old: a cache between would answer with what is known already.
            request.Headers.CacheControl = new() { NoCache = true };
            using var response = await _http.SendAsync(request, timeout.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                LogFetchFailed(null, _address, $"it answered {(int)response.StatusCode}");
                return;
            }

            await response.Content.LoadIntoBufferAsync(MaximumBytes, timeout.Token).ConfigureAwait(false);
            var keys = JsonWebKeySet.Read(await response.Content.ReadAsByteArrayAsync(timeout.Token).ConfigureAwait(false));
            if (keys is null)
                LogFetchFailed(null, _address, "its answer is no key set");
            else
                Take(keys, began, number);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            LogFetchFailed(e, _address, "it cannot be reached");
        }
    }

    private void Take(FrozenDictionary<string, EcKey> keys, DateTimeOffset began, long number)
    {
        lock (_gate)
        {
            _goodFetchBegan = began;
            _goodFetch = number;
            foreach (var id in keys.Keys)
                _firstAsked.Remove(id);
            if (_keys.Count == keys.Count && _keys.Keys.All(keys.ContainsKey))
                return;
            // The old keys may be in use by another thread; they hold public parts only and are left to the garbage collector.
            _keys = keys;
            Interlocked.Increment(ref _version);
        }

        LogFetched(_address, keys.Count);
    }
}
