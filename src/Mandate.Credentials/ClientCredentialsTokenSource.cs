using Mandate.Credentials.OAuth2;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Credentials;

/// <summary>
/// Tokens by the client credentials grant, cached until shortly before they expire. However many ask at once, one request goes out. A provider that
/// fails does not matter as long as the present token is valid.
/// </summary>
public sealed partial class ClientCredentialsTokenSource : IAccessTokenSource, IDisposable
{
    /// <summary>How long a failed refresh is not repeated while the present token is still valid.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    private readonly ClientCredentialsOptions _options;
    private readonly TokenEndpointClient _endpoint;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private AccessToken? _token;
    private Task<AccessToken>? _exchange;
    private DateTimeOffset _retryAt = DateTimeOffset.MinValue;

    /// <summary>Creates a source. No request is made before the first token is asked for.</summary>
    /// <param name="options">How to get a token.</param>
    /// <param name="handler">Sends the requests, and is not disposed; null for an own one. It must not follow redirects: they could carry the secret elsewhere.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="loggers">Where to log to; null for nowhere.</param>
    /// <exception cref="ArgumentException">The options are not usable.</exception>
    public ClientCredentialsTokenSource(
        ClientCredentialsOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        if (options.Problem() is { } problem)
            throw new ArgumentException($"The options of a client credentials token source are not usable: {problem}.", nameof(options));
        _options = options;
        _time = time ?? TimeProvider.System;
        _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<ClientCredentialsTokenSource>();
        _endpoint = new(options, handler, _time);
    }

    /// <inheritdoc/>
    public async ValueTask<AccessToken> GetTokenAsync(bool forceRefresh = false, CancellationToken cancellation = default)
    {
        Task<AccessToken> exchange;
        AccessToken? usable;
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            usable = !forceRefresh && _token is { } token && now < token.ExpiresAt ? token : null;
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
            LogOldTokenKept(e, _options.ClientId, usable.ExpiresAt);
            return usable;
        }
    }

    /// <summary>Forgets the cached token.</summary>
    public void Clear()
    {
        lock (_gate)
            _token = null;
    }

    /// <inheritdoc/>
    public void Dispose() => _endpoint.Dispose();

    /// <summary>The one request under way. It belongs to all who wait for it, so none of them can cancel it; the time-out ends it.</summary>
    private async Task<AccessToken> ExchangeAsync()
    {
        // Leaves the lock before anything is done, so that this task is known before it can end.
        await Task.Yield();
        try
        {
            var token = await _endpoint.ExchangeAsync().ConfigureAwait(false);
            LogTokenObtained(_options.ClientId, _options.Audience, token.ExpiresAt);
            lock (_gate)
            {
                _token = token;
                _exchange = null;
                _retryAt = DateTimeOffset.MinValue;
            }

            return token;
        }
        catch
        {
            lock (_gate)
            {
                _exchange = null;
                _retryAt = _time.GetUtcNow() + RetryPause;
            }

            throw;
        }
    }
}
