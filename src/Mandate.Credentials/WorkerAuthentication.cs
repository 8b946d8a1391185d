using Mandate.Credentials.WorkerTokens;
using Mandate.Protocol;
using Mandate.Protocol.Grpc;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Credentials;

/// <summary>
/// Proves a worker or client to the Temporal endpoint: finds its credentials, gets a token, keeps it fresh in the background and puts the present one into each call, so that a connection
/// outlives any number of tokens. Without <see cref="Start"/> tokens are fetched when calls need them.
/// </summary>
public sealed partial class WorkerAuthentication : IGrpcChannelSetup, IAsyncDisposable
{
    internal const string HeaderName = "authorization";

    private readonly WorkerAuthenticationOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ClientCredentialChain? _chain;
    private readonly ClientCredentialsTokenSource? _source;
    private readonly TokenSupervisor? _supervisor;
    private readonly RejectedTokens? _rejections;
    private int _isRejectionLogged;

    /// <summary>Creates it; nothing is asked yet.</summary>
    /// <param name="options">What to prove, and how.</param>
    /// <param name="handler">Sends the requests for tokens, and is not disposed; null for an own one.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="loggers">Where to log to; null for nowhere.</param>
    /// <exception cref="ArgumentException">The options are not usable.</exception>
    public WorkerAuthentication(WorkerAuthenticationOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
        : this(options, handler, time, loggers, Random.Shared.NextDouble)
    {
    }

    internal WorkerAuthentication(WorkerAuthenticationOptions options, HttpMessageHandler? handler, TimeProvider? time, ILoggerFactory? loggers, Func<double> random)
    {
        if (options.Problem() is { } problem)
            throw new ArgumentException($"The options of worker authentication are not usable: {problem}.", nameof(options));
        _options = options;
        _time = time ?? TimeProvider.System;
        loggers ??= NullLoggerFactory.Instance;
        _logger = loggers.CreateLogger<WorkerAuthentication>();
        Stage = next => next;
        if (!options.Enabled)
            return;

        var token = options.Token;
        if (token.Credentials is null && token.ClientId is null)
        {
            _chain = new(options.ApplicationName, options.Places, needsSecret: token.Authentication is not ClientAuthentication.TlsClientAuth, loggers);
            token = token with { Credentials = _chain };
        }

        var backoff = new RetryBackoff(options.FirstRetry, options.LongestRetry, random);
        _source = new(token, handler, _time, loggers);
        _supervisor = new(_source, options.RefreshJitter, backoff, random, _time, _logger);
        _rejections = new(_source, backoff, _time);
        Stage = new BearerStage(this, _rejections).Wrap;
    }

    /// <summary>Each attempt to get a token, whether it succeeded or failed. Handlers must be quick.</summary>
    public event EventHandler<TokenRefreshedEventArgs>? Refreshed
    {
        add => _source?.Refreshed += value;
        remove => _source?.Refreshed -= value;
    }

    /// <summary>The endpoint begins to reject a token that looks valid; not said again until it has accepted one. Handlers must be quick.</summary>
    public event EventHandler? Rejected;

    /// <summary>Whose credentials are used.</summary>
    public ApplicationName ApplicationName => _options.ApplicationName;

    /// <summary>Whether tokens are sent at all.</summary>
    public bool IsEnabled => _options.Enabled;

    /// <summary>Whether there is a token that has not expired. Looking at it makes no request.</summary>
    public bool IsTokenValid => TimeUntilExpiry > TimeSpan.Zero;

    /// <summary>When the present token expires; null without one.</summary>
    public DateTimeOffset? ExpiresAt => _source?.Current?.ExpiresAt;

    /// <summary>How long the present token is still valid, zero when it has expired; null without one.</summary>
    public TimeSpan? TimeUntilExpiry => ExpiresAt is { } expires ? Max(expires - _time.GetUtcNow(), TimeSpan.Zero) : null;

    /// <summary>Puts the present token into each call; for channels by <see cref="Apply"/>.</summary>
    public RpcStage Stage { get; }

    /// <summary>Whether the worker can prove itself now: what a readiness check asks.</summary>
    public WorkerAuthenticationStatus Status
    {
        get
        {
            if (_source is null)
                return new(WorkerAuthenticationState.Disabled, ExpiresAt: null, LastError: null);
            var token = _source.Current;
            var state = token is null ? WorkerAuthenticationState.NoToken
                : token.ExpiresAt <= _time.GetUtcNow() ? WorkerAuthenticationState.Expired
                : _rejections!.IsCurrentRejected ? WorkerAuthenticationState.Rejected
                : WorkerAuthenticationState.Valid;
            return new(state, token?.ExpiresAt, _supervisor!.LastFailure?.Error);
        }
    }

    /// <summary>The token to send now; null when authentication is disabled.</summary>
    /// <exception cref="TokenException">None could be had.</exception>
    public async ValueTask<AccessToken?> GetTokenAsync(CancellationToken cancellation = default) =>
        _source is null ? null : await _source.GetTokenAsync(forceRefresh: false, cancellation).ConfigureAwait(false);

    /// <summary>The headers to send now, with the token in clear; none when authentication is disabled.</summary>
    /// <exception cref="TokenException">No token could be had.</exception>
    public async ValueTask<IReadOnlyDictionary<string, string>> GetHeadersAsync(CancellationToken cancellation = default) =>
        await GetTokenAsync(cancellation).ConfigureAwait(false) is { } token
            ? new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { [HeaderName] = HeaderValue(token) }
            : new Dictionary<string, string>();

    /// <summary>Gets a new token even if the present one looks valid; null when authentication is disabled.</summary>
    /// <exception cref="TokenException">None could be had.</exception>
    public async ValueTask<AccessToken?> RefreshAsync(CancellationToken cancellation = default) =>
        _source is null ? null : await _source.GetTokenAsync(forceRefresh: true, cancellation).ConfigureAwait(false);

    /// <summary>Forgets token and credentials; both are got anew when they are next needed.</summary>
    public void ClearCache()
    {
        _source?.Clear();
        _chain?.Invalidate();
    }

    /// <summary>Keeps the token fresh from now on. Started twice, it still runs once.</summary>
    public void Start() => _supervisor?.Start();

    /// <summary>Ends what <see cref="Start"/> began, within five seconds. Calls go on to get tokens.</summary>
    public Task StopAsync() => _supervisor?.StopAsync() ?? Task.CompletedTask;

    /// <inheritdoc/>
    public GrpcChannelOptions Apply(GrpcChannelOptions options) => IsEnabled
        ? options with { Stages = [.. options.Stages, Stage], AllowCredentialsOverCleartext = options.AllowCredentialsOverCleartext || _options.AllowCleartext }
        : options;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _source?.Dispose();
        _chain?.Dispose();
    }

    internal static string HeaderValue(AccessToken token) => $"Bearer {token.Value.Reveal()}";

    /// <summary>
    /// The token for a call. While the supervisor waits after a failure and there is no token that is still valid, calls fail at once instead of asking a provider that is in trouble once
    /// each.
    /// </summary>
    internal ValueTask<AccessToken?> TokenForCallAsync(CancellationToken cancellation) =>
        !IsTokenValid && _supervisor?.LastFailure is { } failure && _time.GetUtcNow() < failure.NextAttempt
            ? ValueTask.FromException<AccessToken?>(failure.Error)
            : GetTokenAsync(cancellation);

    /// <summary>One line when the endpoint begins to reject, however many calls it rejects.</summary>
    internal void NoteRejected(RpcException error)
    {
        if (Interlocked.Exchange(ref _isRejectionLogged, 1) != 0)
            return;
        LogRejected(error.Message, ExpiresAt);
        Rejected?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>The endpoint accepts calls again.</summary>
    internal void NoteAccepted() => Volatile.Write(ref _isRejectionLogged, 0);

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    [LoggerMessage(EventId = 10, EventName = "WorkerTokenRejected", Level = LogLevel.Warning, Message = "The endpoint rejects the worker's token ({Reason}), which would expire at {ExpiresAt:o}. A new one is fetched")]
    private partial void LogRejected(string reason, DateTimeOffset? expiresAt);
}
