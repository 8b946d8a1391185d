namespace Mandate.Credentials;

/// <summary>Gives bearer tokens. Implementations cache, so asking for each call is cheap.</summary>
public interface IAccessTokenSource
{
    /// <summary>A token that is valid now.</summary>
    /// <param name="forceRefresh">Get a new one even if the present one looks valid, because a service has refused it.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="TokenException">None could be had.</exception>
    ValueTask<AccessToken> GetTokenAsync(bool forceRefresh = false, CancellationToken cancellation = default);
}
