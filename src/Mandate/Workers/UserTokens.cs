using System.Collections.Frozen;
using Mandate.Credentials;
using Mandate.Identity;

namespace Mandate.Workers;

/// <summary>
/// Gives outgoing calls tokens in users' names: this service, which has verified the user at its edge, states the user to the identity provider and gets the token by exchange (RFC 8693). The
/// user's own token is neither kept nor used.
/// </summary>
internal sealed class UserTokens(IEnumerable<KeyValuePair<string, ClientCredentialsOptions>> audiences, PrincipalSigner signer, string provider) : IUserTokenSource, IDisposable
{
    private static readonly TimeSpan AssertionLifetime = TimeSpan.FromMinutes(5);

    private readonly FrozenDictionary<string, TokenExchangeSource> _sources = audiences.ToFrozenDictionary(a => a.Key, a => new TokenExchangeSource(a.Value), StringComparer.Ordinal);

    /// <inheritdoc/>
    public async ValueTask<string> GetTokenAsync(string audience, Principal principal, bool forceRefresh, CancellationToken cancellation)
    {
        try
        {
            // Names of tenants and users cannot hold the separator.
            var user = string.Join('\n', principal.Scopes.Prepend(principal.UserId).Prepend(principal.TenantId));
            var token = await _sources[audience].GetTokenAsync(user, () => new(new Secret(signer.SignAssertion(principal, provider, AssertionLifetime))), forceRefresh, cancellation);
            return token.Value.Reveal();
        }
        catch (TokenException e) when (TokenExchangeSource.IsUnsupported(e))
        {
            throw new UserTokenUnsupportedException(
                $"The identity provider exchanges no tokens for this client and the audience '{audience}' ({e.ErrorCode ?? "refused"}). Allow the client the token exchange grant, and let the provider " +
                "trust this service as an issuer; or set Mandate:Services:<name>:User to Headers.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var source in _sources.Values)
            source.Dispose();
    }
}
