using System.Security.Cryptography;
using System.Text;

namespace Mandate.Credentials.Vault;

/// <summary>
/// Exchanges a token at its provider for one with fewer scopes (RFC 8693). The narrower ones are kept until shortly before they expire, each for the one wider token and the scopes it was
/// asked for: a rotated token is exchanged anew.
/// </summary>
/// <param name="options">The client that exchanges, and the audience of the tokens; without scopes.</param>
/// <param name="handler">Sends the requests, and is not disposed; null for an own one. It must not follow redirects.</param>
/// <param name="time">The clock; null for the system's.</param>
/// <exception cref="ArgumentException">The options are not usable.</exception>
public sealed class TokenExchangeNarrower(ClientCredentialsOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null) : ICredentialNarrower, IDisposable
{
    private readonly TokenExchangeSource _exchange = new(
        options.Scopes.Count == 0 ? options : throw new ArgumentException($"{nameof(options.Scopes)} come with each credential that is narrowed.", nameof(options)), handler, time);

    /// <inheritdoc/>
    public ValueTask<AccessToken> NarrowAsync(Secret token, IReadOnlyList<string> scopes, CancellationToken cancellation)
    {
        if (scopes.Count == 0 || !scopes.All(ClientCredentialsOptions.IsScope))
            throw new TokenException(TokenErrorKind.Refused, "A scope to narrow to is not one (RFC 6749 section 3.3): name it without spaces and quotes.");
        var bytes = Encoding.UTF8.GetBytes(token.Reveal());
        try
        {
            var key = $"{Convert.ToHexString(SHA256.HashData(bytes))} {string.Join(' ', scopes.Order(StringComparer.Ordinal))}";
            return _exchange.GetTokenAsync(key, () => new(token, SubjectToken.AccessToken), scopes, forceRefresh: false, cancellation);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _exchange.Dispose();
}
