using System.Diagnostics.CodeAnalysis;
using Mandate.Credentials.OAuth2;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Credentials;

/// <summary>
/// Tokens by the client credentials grant, cached until shortly before they expire. However many ask at once, one request goes out. A provider that
/// fails does not matter as long as the present token is valid. Credentials that the provider refuses are read anew once, so that a rotated secret needs no restart.
/// </summary>
/// <remarks>Measured under the meter <c>Mandate.Credentials</c>; see docs/configuration.md.</remarks>
public sealed partial class ClientCredentialsTokenSource : IAccessTokenSource, IDisposable
{
    /// <summary>How long a failed refresh is not repeated while the present token is still valid.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    private readonly ClientCredentialsOptions _options;
    private readonly IClientCredentialSource _credentials;
    private readonly TokenEndpointClient _endpoint;
    private readonly TokenMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _disposed = new();
    private readonly Lock _gate = new();
    private AccessToken? _token;
    private Task<AccessToken>? _exchange;
    private DateTimeOffset _retryAt = DateTimeOffset.MinValue;

    /// <summary>Creates a source. No request is made before the first token is asked for.</summary>
    /// <param name="options">How to get a token.</param>
    /// <param name="handler">
    /// Sends the requests, and is not disposed; null for an own one. It must not follow redirects: they could carry the secret elsewhere. TLS of the options is the business of whoever brings one.
    /// </param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="loggers">Where to log to; null for nowhere.</param>
    /// <exception cref="ArgumentException">The options are not usable.</exception>
    public ClientCredentialsTokenSource(
        ClientCredentialsOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        if (options.Problem() is { } problem)
            throw new ArgumentException($"The options of a client credentials token source are not usable: {problem}.", nameof(options));
        _options = options;
        _credentials = options.Credentials ?? new FixedCredential(new(options.ClientId!, options.ClientSecret, "the options"));
        _time = time ?? TimeProvider.System;
        _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<ClientCredentialsTokenSource>();
        _endpoint = new(options, handler, _time);
        _metrics = new(options, () => (Current?.ExpiresAt - _time.GetUtcNow())?.TotalSeconds);
    }

    /// <summary>Each attempt to get a token, whether it succeeded or failed. Handlers run before those who wait for the token go on, so they must be quick.</summary>
    public event EventHandler<TokenRefreshedEventArgs>? Refreshed;

    /// <summary>The cached token, which may have expired; null when there is none. Looking at it makes no request.</summary>
    public AccessToken? Current
    {
        get
        {
            lock (_gate)
                return _token;
        }
    }

    /// <inheritdoc/>
    public ValueTask<AccessToken> GetTokenAsync(bool forceRefresh = false, CancellationToken cancellation = default) => GetAsync(_ => forceRefresh, cancellation);

    /// <summary>
    /// A token other than one that is due or was rejected. Whether there is one already is decided in the moment in which an exchange would begin, so that two who replace the same token cause one.
    /// </summary>
    internal ValueTask<AccessToken> ReplaceAsync(AccessToken? worn, CancellationToken cancellation) => GetAsync(token => token == worn, cancellation);

    /// <summary>Forgets the cached token.</summary>
    public void Clear()
    {
        lock (_gate)
            _token = null;
    }

    /// <summary>Ends a request that is under way; whoever waits for it is cancelled.</summary>
    public void Dispose()
    {
        _disposed.Cancel();
        _endpoint.Dispose();
        _metrics.Dispose();
    }

    private async ValueTask<AccessToken> GetAsync(Func<AccessToken, bool> isWorn, CancellationToken cancellation)
    {
        Task<AccessToken> exchange;
        AccessToken? usable;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
            var now = _time.GetUtcNow();
            usable = _token is { } token && now < token.ExpiresAt && !isWorn(token) ? token : null;
            if (usable is not null && (now < usable.RefreshAt || now < _retryAt))
                return usable;
            exchange = _exchange ??= ExchangeAsync();
        }

        try
        {
            return await exchange.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (TokenException e) when (usable is not null && _time.GetUtcNow() < usable.ExpiresAt)
        {
            _metrics.Kept();
            LogOldTokenKept(e, usable.ExpiresAt);
            return usable;
        }
    }

    /// <summary>The one request under way. It belongs to all who wait for it, so none of them can cancel it; the time-out ends it, or the end of this source.</summary>
    private async Task<AccessToken> ExchangeAsync()
    {
        // Leaves the lock before anything is done, so that this task is known before it can end.
        await Task.Yield();
        var began = _time.GetTimestamp();
        ClientCredential? credential = null;
        try
        {
            credential = await _credentials.GetAsync(_disposed.Token).ConfigureAwait(false);
            var (token, used) = await ExchangeAsync(credential).ConfigureAwait(false);
            credential = used;
            LogTokenObtained(used.ClientId, _options.Audience, token.ExpiresAt);
            lock (_gate)
            {
                _token = token;
                _exchange = null;
                _retryAt = DateTimeOffset.MinValue;
            }

            Tell(began, credential, token.ExpiresAt, error: null);
            return token;
        }
        catch (Exception e)
        {
            lock (_gate)
            {
                _exchange = null;
                _retryAt = _time.GetUtcNow() + RetryPause;
            }

            if (e is TokenException error)
                Tell(began, credential, expiresAt: null, error);
            throw;
        }
    }

    /// <summary>A refused credential may be an old one: its store is asked again, and what has changed there is tried once. Any other failure says nothing about it.</summary>
    private async Task<(AccessToken Token, ClientCredential Used)> ExchangeAsync(ClientCredential credential)
    {
        try
        {
            return (await _endpoint.ExchangeAsync(credential, _disposed.Token).ConfigureAwait(false), credential);
        }
        catch (TokenException e) when (e.Kind is TokenErrorKind.InvalidClient && _credentials is not FixedCredential)
        {
            _credentials.Invalidate();
            var fresh = await _credentials.GetAsync(_disposed.Token).ConfigureAwait(false);
            if (fresh.ProvesTheSameAs(credential))
                throw;
            LogCredentialsReadAnew(fresh.ClientId, credential.Source, fresh.Source);
            return (await _endpoint.ExchangeAsync(fresh, _disposed.Token).ConfigureAwait(false), fresh);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "What observers do must not break what they observe.")]
    private void Tell(long began, ClientCredential? credential, DateTimeOffset? expiresAt, TokenException? error)
    {
        var refresh = new TokenRefreshedEventArgs
        {
            ClientId = credential?.ClientId,
            CredentialSource = credential?.Source,
            At = _time.GetUtcNow(),
            Duration = _time.GetElapsedTime(began),
            ExpiresAt = expiresAt,
            Error = error,
        };
        _metrics.Refreshed(refresh);
        try
        {
            Refreshed?.Invoke(this, refresh);
        }
        catch (Exception e)
        {
            LogObserverFailed(e);
        }
    }
}
