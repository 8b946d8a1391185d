using Mandate.Credentials.Stores;

namespace Mandate.Credentials;

/// <summary>A client's secret that is kept in a secret store outside. It is kept in memory until the provider refuses it, and read anew then: one that is replaced in the store needs no restart.</summary>
/// <param name="clientId">The client.</param>
/// <param name="store">The store.</param>
/// <param name="secretName">The secret's name in it.</param>
/// <param name="key">Which of the secret's values it is; null where it has one only.</param>
public sealed class StoredClientSecret(string clientId, ISecretStore store, string secretName, string? key) : IClientCredentialSource
{
    private readonly StoredValue _value = new(store, secretName, key, "the client's secret");
    private volatile ClientCredential? _known;

    /// <inheritdoc/>
    public async ValueTask<ClientCredential> GetAsync(CancellationToken cancellation = default)
    {
        if (_known is { } known)
            return known;
        var secret = await _value.ReadAsync(cancellation).ConfigureAwait(false);
        return _known = secret.Length > 0
            ? new ClientCredential(clientId, new Secret(secret), store.Name)
            : throw new TokenException(TokenErrorKind.NotConfigured, $"The secret '{secretName}' of {store.Name} is empty.");
    }

    /// <inheritdoc/>
    public void Invalidate() => _known = null;
}
