using Mandate.Credentials.Stores;

namespace Mandate.Credentials.Vault;

/// <summary>
/// A token that is kept in a secret store outside, where people or other programs replace it. It is read each time it is asked for, and looked at again after a while. When it expires nobody
/// knows here, so it does not.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="secretName">The secret's name in it.</param>
/// <param name="key">Which of the secret's values is the token; null where it has one only.</param>
/// <param name="checkEvery">After which time it is looked at again; more than zero.</param>
/// <param name="time">The clock; null for the system's.</param>
public sealed class SecretStoreTokenSource(ISecretStore store, string secretName, string? key, TimeSpan checkEvery, TimeProvider? time = null) : IAccessTokenSource
{
    private readonly StoredValue _value = new(store, secretName, key, "the token");
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <inheritdoc/>
    public async ValueTask<AccessToken> GetTokenAsync(bool forceRefresh = false, CancellationToken cancellation = default)
    {
        var text = await _value.ReadAsync(cancellation).ConfigureAwait(false);
        // A header cannot hold anything else.
        return text.Length > 0 && text.All(c => c is > ' ' and <= '~')
            ? new(new Secret(text), DateTimeOffset.MaxValue, _time.GetUtcNow() + checkEvery)
            : throw new TokenException(TokenErrorKind.NotConfigured, $"The secret '{secretName}' of {store.Name} is no token: it is empty, or holds spaces or characters beyond ASCII.");
    }
}
