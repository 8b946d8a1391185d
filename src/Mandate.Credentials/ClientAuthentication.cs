namespace Mandate.Credentials;

/// <summary>How a client proves itself to the token endpoint (OpenID Connect Core section 9, RFC 8705).</summary>
public enum ClientAuthentication
{
    /// <summary><c>client_secret_basic</c>: the secret in the Authorization header. What every provider must support (RFC 6749 section 2.3.1).</summary>
    ClientSecretBasic,

    /// <summary><c>client_secret_post</c>: the secret in the form.</summary>
    ClientSecretPost,

    /// <summary><c>private_key_jwt</c>: a short-lived assertion signed with the client's private key, which itself never travels (RFC 7523).</summary>
    PrivateKeyJwt,

    /// <summary><c>tls_client_auth</c>: the client's certificate (RFC 8705 section 2.1).</summary>
    TlsClientAuth,
}
