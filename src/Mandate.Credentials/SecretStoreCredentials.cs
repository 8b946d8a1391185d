using System.Text;

namespace Mandate.Credentials;

/// <summary>
/// Client id and secret in a secret store. In order: 1. as keys of the named secret, 2. as members of a JSON object that is the named secret's only value, 3. as secrets of their own.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="secretName">The secret that holds both; null when each is a secret of its own.</param>
public sealed class SecretStoreCredentials(ISecretStore store, string? secretName) : IClientCredentialPlace
{
    /// <inheritdoc/>
    public string Name => store.Name;

    /// <inheritdoc/>
    public async ValueTask<ClientCredential?> FindAsync(ApplicationName application, bool needsSecret, CancellationToken cancellation = default)
    {
        var (idKey, secretKey) = (application.ClientIdKey, application.ClientSecretKey);
        if (secretName is not null && await store.ReadAsync(secretName, cancellation).ConfigureAwait(false) is { } bundle)
        {
            foreach (var values in new[] { bundle, Inner(bundle) })
            {
                if (values is not null && Pair(values.TryGet(idKey, out var id) ? id : null, values.TryGet(secretKey, out var secret) ? secret : null) is { } found)
                    return found;
            }
        }

        var ownId = await SingleAsync(idKey).ConfigureAwait(false);
        return Pair(ownId, ownId is null && needsSecret ? null : await SingleAsync(secretKey).ConfigureAwait(false));

        ClientCredential? Pair(Secret? id, Secret? secret)
        {
            if (id is null && secret is null)
                return null;
            if (id is null || (secret is null && needsSecret))
                throw new SecretStoreException($"it has {(id is null ? secretKey : idKey)}, but not {(id is null ? idKey : secretKey)}", isTransient: false);
            return new ClientCredential(id.Reveal(), secret, Name);
        }

        async ValueTask<Secret?> SingleAsync(string key)
        {
            var single = await store.ReadAsync(key, cancellation).ConfigureAwait(false);
            return single is null ? null : single.TryGet(key, out var named) ? named : single.Values.Count == 1 ? single.Values.First().Value : null;
        }
    }

    private static SecretBundle? Inner(SecretBundle bundle) =>
        bundle.Values.Count == 1 ? SecretBundle.FromJson(Encoding.UTF8.GetBytes(bundle.Values.First().Value.Reveal())) : null;
}
