namespace Mandate.Identity;

/// <summary>Gives this service's own tokens for the services it calls.</summary>
public interface IServiceTokenSource
{
    /// <summary>A bearer token whose audience is <paramref name="audience"/>. Asked for each call, so implementations cache.</summary>
    /// <param name="audience">The service to be called.</param>
    /// <param name="forceRefresh">The service has refused the present token: get a new one.</param>
    /// <param name="cancellation">Stops waiting.</param>
    ValueTask<string> GetTokenAsync(string audience, bool forceRefresh, CancellationToken cancellation);
}
