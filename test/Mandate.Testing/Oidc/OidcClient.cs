namespace Mandate.Testing;

/// <summary>A client that an <see cref="OidcProvider"/> knows.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Secret">Its secret; null for those that prove themselves otherwise.</param>
public sealed record OidcClient(string Id, string? Secret)
{
    /// <summary>How it proves itself: <c>client_secret_basic</c>, <c>client_secret_post</c>, <c>private_key_jwt</c> or <c>tls_client_auth</c>.</summary>
    public string Authentication { get; init; } = "client_secret_basic";

    /// <summary>For <c>private_key_jwt</c>: the JWK set (JSON) of its public keys.</summary>
    public string? PublicKeys { get; init; }

    /// <summary>For <c>private_key_jwt</c>: the algorithm of its assertions.</summary>
    public string? AssertionAlgorithm { get; init; }

    /// <summary>For <c>tls_client_auth</c>: its certificate's subject as Node writes it, such as <c>CN=worker</c>.</summary>
    public string? CertificateSubject { get; init; }

    /// <summary>Grants it may use.</summary>
    public IReadOnlyList<string> Grants { get; init; } = [OidcProvider.ClientCredentialsGrant, OidcProvider.PasswordGrant, OidcProvider.TokenExchangeGrant];
}
