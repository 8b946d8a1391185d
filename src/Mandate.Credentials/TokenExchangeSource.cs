using System.Collections.Concurrent;
using Mandate.Credentials.OAuth2;

namespace Mandate.Credentials;

/// <summary>
/// Tokens in users' names, with this client as their actor, by token exchange (RFC 8693). Kept for each user until shortly before they expire, at most <see cref="MaximumUsers"/>; however many
/// ask at once for one user, one request goes out.
/// </summary>
public sealed class TokenExchangeSource : IDisposable
{
    /// <summary>How many users' tokens are kept.</summary>
    public const int MaximumUsers = 10_000;

    private const string Grant = "urn:ietf:params:oauth:grant-type:token-exchange";

    private readonly IClientCredentialSource _credentials;
    private readonly TokenEndpointClient _endpoint;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _disposed = new();
    private readonly ConcurrentDictionary<string, Lazy<Task<AccessToken>>> _users = new(StringComparer.Ordinal);

    /// <summary>Creates a source. No request is made before the first token is asked for.</summary>
    /// <param name="options">The client, and the audience or resource and scopes of the tokens.</param>
    /// <param name="handler">Sends the requests, and is not disposed; null for an own one. It must not follow redirects.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="ArgumentException">The options are not usable.</exception>
    public TokenExchangeSource(ClientCredentialsOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null)
    {
        if (options.Problem() is { } problem)
            throw new ArgumentException($"The options of a token exchange are not usable: {problem}.", nameof(options));
        _credentials = options.Credentials ?? new FixedCredential(new(options.ClientId!, options.ClientSecret, "the options"));
        _time = time ?? TimeProvider.System;
        _endpoint = new(options, handler, _time);
    }

    /// <summary>
    /// Whether an error says that the provider does not exchange this, so that no later try will help. Which code says so differs: RFC 8693 section 2.2.2 has <c>invalid_request</c> for whatever is
    /// wrong with the tokens and <c>invalid_target</c> for the audience, providers use <c>unsupported_grant_type</c>, <c>unauthorized_client</c> and again <c>invalid_request</c> for the grant.
    /// </summary>
    public static bool IsUnsupported(TokenException error) => error.Kind is TokenErrorKind.Refused;

    /// <summary>A token for a user that is valid now.</summary>
    /// <param name="user">Tells users apart: whatever makes a difference for the token belongs into it, above all the tenant.</param>
    /// <param name="subject">Shows the provider who the user is; asked only when a new token is needed.</param>
    /// <param name="forceRefresh">Get a new one even if the present one looks valid, because a service has refused it.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="TokenException">None could be had.</exception>
    public ValueTask<AccessToken> GetTokenAsync(string user, Func<SubjectToken> subject, bool forceRefresh = false, CancellationToken cancellation = default) =>
        GetTokenAsync(user, subject, [], forceRefresh, cancellation);

    /// <summary>Ends requests that are under way; whoever waits for them is cancelled.</summary>
    public void Dispose()
    {
        _disposed.Cancel();
        _endpoint.Dispose();
    }

    /// <summary>A token with these scopes, where the options name none. They make a difference for the token, so they belong into <paramref name="user"/> as well.</summary>
    internal async ValueTask<AccessToken> GetTokenAsync(string user, Func<SubjectToken> subject, IReadOnlyList<string> scopes, bool forceRefresh, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        var known = _users.GetValueOrDefault(user);
        if (known is null || forceRefresh || !IsGood(known))
        {
            // Whoever comes first replaces the old one; the others find his.
            var fresh = new Lazy<Task<AccessToken>>(() => ExchangeAsync(user, subject(), scopes));
            known = known is null ? _users.GetOrAdd(user, fresh) : _users.TryUpdate(user, fresh, known) ? fresh : _users.GetOrAdd(user, fresh);
            if (_users.Count > MaximumUsers)
                ForgetSome();
        }

        return await known.Value.WaitAsync(cancellation).ConfigureAwait(false);
    }

    private bool IsGood(Lazy<Task<AccessToken>> known) =>
        !known.IsValueCreated || !known.Value.IsCompleted || (known.Value.IsCompletedSuccessfully && _time.GetUtcNow() < known.Value.Result.RefreshAt);

    private async Task<AccessToken> ExchangeAsync(string user, SubjectToken subject, IReadOnlyList<string> scopes)
    {
        try
        {
            await Task.Yield();
            var credential = await _credentials.GetAsync(_disposed.Token).ConfigureAwait(false);
            KeyValuePair<string, string>[] grant =
            [
                new("grant_type", Grant),
                new("subject_token", subject.Value.Reveal()),
                new("subject_token_type", subject.Type),
                new("requested_token_type", SubjectToken.AccessToken),
                .. scopes.Count > 0 ? [new("scope", string.Join(' ', scopes))] : Array.Empty<KeyValuePair<string, string>>(),
            ];
            return await _endpoint.ExchangeAsync(credential, grant, _disposed.Token).ConfigureAwait(false);
        }
        catch
        {
            // A failure is not kept: the next one asks again.
            _users.TryRemove(user, out _);
            throw;
        }
    }

    /// <summary>Those that have ended, or any: they can be had again.</summary>
    private void ForgetSome()
    {
        foreach (var user in _users.Where(u => !IsGood(u.Value)).Concat(_users).Select(u => u.Key).Take(MaximumUsers / 10).ToList())
            _users.TryRemove(user, out _);
    }
}
