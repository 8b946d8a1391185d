namespace Mandate.Credentials.Stores;

/// <summary>One value of a secret in a store.</summary>
/// <param name="Store">The store.</param>
/// <param name="SecretName">The secret's name in it.</param>
/// <param name="Key">Which of the secret's values; null where it has one only.</param>
/// <param name="Meaning">What it is, for errors, such as <c>the token</c>.</param>
internal sealed record StoredValue(ISecretStore Store, string SecretName, string? Key, string Meaning)
{
    /// <summary>Reads it anew; without the line feeds and blanks around it, with which people end texts.</summary>
    /// <exception cref="TokenException">The store cannot be read, or does not have it. The message says no value.</exception>
    public async ValueTask<string> ReadAsync(CancellationToken cancellation)
    {
        SecretBundle? bundle;
        try
        {
            bundle = await Store.ReadAsync(SecretName, cancellation).ConfigureAwait(false);
        }
        catch (SecretStoreException e)
        {
            throw new TokenException(e.IsTransient ? TokenErrorKind.Unavailable : TokenErrorKind.NotConfigured, $"{Store.Name}: {e.Message}.", inner: e);
        }

        if (bundle is null)
            throw new TokenException(TokenErrorKind.NotConfigured, $"{Store.Name} has no secret '{SecretName}'.");
        var value = Key is not null ? bundle.TryGet(Key, out var named) ? named : null : bundle.Values.Count == 1 ? bundle.Values.First().Value : null;
        return value?.Reveal().Trim() ?? throw new TokenException(
            TokenErrorKind.NotConfigured, $"The secret '{SecretName}' of {Store.Name} has {(Key is null ? $"{bundle.Values.Count} values: name the one that is {Meaning}" : $"no value '{Key}'")}.");
    }
}
