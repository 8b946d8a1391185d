namespace Mandate.Credentials;

/// <summary>Why no token could be had.</summary>
public enum TokenErrorKind
{
    /// <summary>The provider cannot be reached, is too slow, or is in trouble itself (5xx, 429). Trying again later may help.</summary>
    Unavailable,

    /// <summary>The provider does not accept the client id and secret (<c>invalid_client</c>, 401).</summary>
    InvalidClient,

    /// <summary>The provider refuses this request: scope, audience, grant type.</summary>
    Refused,

    /// <summary>The provider's answer is not one a token endpoint may give.</summary>
    InvalidResponse,

    /// <summary>No source is configured for this, or what is configured cannot be used.</summary>
    NotConfigured,

    /// <summary>None of the places where client id and secret may be kept has them.</summary>
    CredentialsNotFound,
}
