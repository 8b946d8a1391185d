namespace Mandate.Identity;

/// <summary>Gives tokens for the services that are called that are the user's own, with this service as their actor (RFC 8693).</summary>
public interface IUserTokenSource
{
    /// <summary>A bearer token whose audience is <paramref name="audience"/>, whose subject is the user and whose actor is this service. Asked for each call, so implementations cache.</summary>
    /// <param name="audience">The service to be called.</param>
    /// <param name="principal">The user.</param>
    /// <param name="forceRefresh">The service has refused the present token: get a new one.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="UserTokenUnsupportedException">The provider does not exchange tokens for this service or audience: no later try will help.</exception>
    ValueTask<string> GetTokenAsync(string audience, Principal principal, bool forceRefresh, CancellationToken cancellation);
}
