namespace Mandate.Testing;

/// <summary>How an <see cref="OidcProvider"/> behaves.</summary>
public sealed record OidcProviderOptions
{
    /// <summary>Who may ask for tokens.</summary>
    public IReadOnlyList<OidcClient> Clients { get; init; } = [new OidcClient("orders-worker", "s3cr3t-canary")];

    /// <summary>Audiences tokens are given for; empty for any.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>The audience of a request that names neither audience nor resource; null gives such a request an opaque token.</summary>
    public string? DefaultAudience { get; init; }

    /// <summary>Scopes that exist.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = ["a", "b"];

    /// <summary>Issuers whose tokens it exchanges beside its own: issuer to JWK set (JSON).</summary>
    public IReadOnlyDictionary<string, string> TrustedIssuers { get; init; } = new Dictionary<string, string>();

    /// <summary>How long tokens live, in whole seconds.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The server's certificate; null for HTTP.</summary>
    public OidcTls? Tls { get; init; }
}
