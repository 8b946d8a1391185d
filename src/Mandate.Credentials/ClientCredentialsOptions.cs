using Mandate.Protocol.Grpc;

namespace Mandate.Credentials;

/// <summary>How to get a token by the client credentials grant (RFC 6749 section 4.4).</summary>
public sealed record ClientCredentialsOptions
{
    /// <summary>The provider's token endpoint. Either this or <see cref="Authority"/>.</summary>
    public Uri? TokenEndpoint { get; init; }

    /// <summary>The provider's issuer identifier; its token endpoint is found by discovery. Either this or <see cref="TokenEndpoint"/>.</summary>
    public Uri? Authority { get; init; }

    /// <summary>The client's identifier. Either this or <see cref="Credentials"/>.</summary>
    public string? ClientId { get; init; }

    /// <summary>The client's secret; for <see cref="ClientAuthentication.PrivateKeyJwt"/> its private key in PEM form.</summary>
    public Secret? ClientSecret { get; init; }

    /// <summary>Where id and secret are found, and read anew when the provider refuses them. In place of <see cref="ClientId"/> and <see cref="ClientSecret"/>.</summary>
    public IClientCredentialSource? Credentials { get; init; }

    /// <summary>How the client proves itself; <see cref="ClientAuthentication.ClientSecretBasic"/> unless set.</summary>
    public ClientAuthentication Authentication { get; init; }

    /// <summary>For <see cref="ClientAuthentication.PrivateKeyJwt"/>: the key's id at the provider (<c>kid</c>); null leaves it out.</summary>
    public string? AssertionKeyId { get; init; }

    /// <summary>
    /// For <see cref="ClientAuthentication.PrivateKeyJwt"/>: ES256, ES384, ES512, RS256 or PS256. Null takes what fits the key: ES256, ES384 or ES512 by its curve, RS256 for RSA.
    /// </summary>
    public string? AssertionAlgorithm { get; init; }

    /// <summary>
    /// TLS to the provider: its authorities, and the client's certificate for <see cref="ClientAuthentication.TlsClientAuth"/>. Null for the machine's authorities and no certificate.
    /// </summary>
    public GrpcChannelTls? Tls { get; init; }

    /// <summary>Scopes to ask for; none unless set.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The <c>audience</c> parameter that several providers know; null leaves it out.</summary>
    public string? Audience { get; init; }

    /// <summary>The <c>resource</c> parameter of RFC 8707; null leaves it out.</summary>
    public Uri? Resource { get; init; }

    /// <summary>
    /// How long before its expiry a token is replaced: more than zero, 60 s unless set. A token that lives less than five times this is replaced when
    /// four fifths of its life are over.
    /// </summary>
    public TimeSpan RefreshBefore { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a token is taken to live when nothing tells: more than zero, 5 min unless set.</summary>
    public TimeSpan DefaultLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the provider may take: more than zero, 10 s unless set.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Allows a provider on another machine to be reached without TLS. The secret then travels in clear: for tests only.</summary>
    public bool AllowCleartext { get; init; }

    /// <summary>Whether a text is a scope (RFC 6749 section 3.3).</summary>
    internal static bool IsScope(string text) => text.Length > 0 && !text.Any(c => c is <= ' ' or > '~' or '"' or '\\');

    /// <summary>What is missing or contradicts itself; null when the options are usable.</summary>
    internal string? Problem()
    {
        if (TokenEndpoint is null == Authority is null)
            return $"set either {nameof(TokenEndpoint)} or {nameof(Authority)}";
        if (CredentialProblem() is { } problem)
            return problem;
        if (!Scopes.All(IsScope))
            return $"{nameof(Scopes)} holds what is not a scope (RFC 6749 section 3.3)";
        if (RefreshBefore <= TimeSpan.Zero || DefaultLifetime <= TimeSpan.Zero || Timeout <= TimeSpan.Zero)
            return $"{nameof(RefreshBefore)}, {nameof(DefaultLifetime)} and {nameof(Timeout)} must be more than zero";
        return IsAllowed(TokenEndpoint ?? Authority!)
            ? null
            : $"{nameof(TokenEndpoint)} or {nameof(Authority)} must be an https address; over http the secret would travel in clear ({nameof(AllowCleartext)} allows it)";
    }

    private string? CredentialProblem()
    {
        if (!Enum.IsDefined(Authentication))
            return $"{nameof(Authentication)} is none of the defined ways";
        if (Authentication is ClientAuthentication.TlsClientAuth && Tls?.ClientCertificate is null)
            return $"{nameof(Tls)} names no client certificate, with which {nameof(ClientAuthentication.TlsClientAuth)} proves the client";
        if (AssertionAlgorithm is not (null or "ES256" or "ES384" or "ES512" or "RS256" or "PS256"))
            return $"{nameof(AssertionAlgorithm)} is none of ES256, ES384, ES512, RS256 and PS256";
        if (Credentials is not null)
            return ClientId is null && ClientSecret is null ? null : $"set either {nameof(Credentials)}, or {nameof(ClientId)} and {nameof(ClientSecret)}";
        if (string.IsNullOrWhiteSpace(ClientId))
            return $"{nameof(ClientId)} is missing";
        return ClientSecret is null && Authentication is not ClientAuthentication.TlsClientAuth ? $"{nameof(ClientSecret)} is missing" : null;
    }

    /// <summary>Whether the secret may be sent there: TLS, or this machine.</summary>
    internal bool IsAllowed(Uri endpoint) =>
        endpoint.IsAbsoluteUri && (endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && (endpoint.IsLoopback || AllowCleartext)));
}
