namespace Mandate.Credentials.Vault;

/// <summary>Gets a narrower token for a wider one, as a provider with token exchange (RFC 8693) does.</summary>
public interface ICredentialNarrower
{
    /// <summary>A token that allows no more than the scopes.</summary>
    /// <param name="token">The wider token.</param>
    /// <param name="scopes">What the narrower one is to allow; at least one.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="TokenException">None could be had.</exception>
    ValueTask<AccessToken> NarrowAsync(Secret token, IReadOnlyList<string> scopes, CancellationToken cancellation);
}
