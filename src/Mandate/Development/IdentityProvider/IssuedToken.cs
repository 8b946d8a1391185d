namespace Mandate.Development.IdentityProvider;

/// <summary>A token the development identity provider has given out.</summary>
/// <param name="Token">The token itself: a secret.</param>
/// <param name="IsWorkers">Whether a worker asked for it, to poll for tasks with.</param>
internal sealed record IssuedToken(string Token, bool IsWorkers)
{
    /// <summary>The token does not appear.</summary>
    public override string ToString() => IsWorkers ? "token of a worker" : "token";
}
