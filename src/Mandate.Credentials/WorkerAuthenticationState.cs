namespace Mandate.Credentials;

/// <summary>Whether a worker can prove itself now.</summary>
public enum WorkerAuthenticationState
{
    /// <summary>It need not.</summary>
    Disabled,

    /// <summary>There is a token that is valid, as far as is known.</summary>
    Valid,

    /// <summary>No token could be had yet.</summary>
    NoToken,

    /// <summary>The token has expired and no new one could be had.</summary>
    Expired,

    /// <summary>The endpoint does not accept the token, although it has not expired.</summary>
    Rejected,
}
