namespace Mandate.Credentials;

/// <summary>How a client shows its secret to the token endpoint (OpenID Connect Core section 9).</summary>
public enum ClientAuthentication
{
    /// <summary><c>client_secret_basic</c>: in the Authorization header. What every provider must support (RFC 6749 section 2.3.1).</summary>
    ClientSecretBasic,

    /// <summary><c>client_secret_post</c>: in the form.</summary>
    ClientSecretPost,
}
