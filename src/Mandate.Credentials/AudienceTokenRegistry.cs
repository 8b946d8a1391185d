using System.Collections.Frozen;
using Microsoft.Extensions.Logging;

namespace Mandate.Credentials;

/// <summary>A token source for each service this program calls, found by the audience that service's tokens carry.</summary>
/// <remarks>Only configured audiences get a token: a mistyped one is an error, not a token for nobody.</remarks>
public sealed class AudienceTokenRegistry : IDisposable
{
    private readonly FrozenDictionary<string, ClientCredentialsTokenSource> _sources;

    /// <summary>Creates a source for each audience.</summary>
    /// <param name="audiences">
    /// How to get a token, by audience. <see cref="ClientCredentialsOptions.Audience"/> and <see cref="ClientCredentialsOptions.Resource"/> are sent as
    /// they are set there; where neither is set the provider decides by client or scope.
    /// </param>
    /// <param name="handler">Sends the requests of all sources, and is not disposed; null for own ones.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="loggers">Where to log to; null for nowhere.</param>
    /// <exception cref="ArgumentException">Options of one are not usable.</exception>
    public AudienceTokenRegistry(
        IEnumerable<KeyValuePair<string, ClientCredentialsOptions>> audiences,
        HttpMessageHandler? handler = null,
        TimeProvider? time = null,
        ILoggerFactory? loggers = null) =>
        _sources = audiences.ToFrozenDictionary(a => a.Key, a => new ClientCredentialsTokenSource(a.Value, handler, time, loggers), StringComparer.Ordinal);

    /// <summary>The audiences tokens can be had for.</summary>
    public IReadOnlyCollection<string> Audiences => _sources.Keys;

    /// <summary>A token for <paramref name="audience"/> that is valid now.</summary>
    /// <param name="audience">A configured audience.</param>
    /// <param name="forceRefresh">Get a new one even if the present one looks valid, because the service has refused it.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="TokenException">None could be had, or the audience is not configured.</exception>
    public ValueTask<AccessToken> GetTokenAsync(string audience, bool forceRefresh = false, CancellationToken cancellation = default) =>
        _sources.TryGetValue(audience, out var source)
            ? source.GetTokenAsync(forceRefresh, cancellation)
            : throw new TokenException(
                TokenErrorKind.NotConfigured, $"No token source is configured for the audience '{audience}'. Configured are: {string.Join(", ", _sources.Keys.Order(StringComparer.Ordinal))}.");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var source in _sources.Values)
            source.Dispose();
    }
}
