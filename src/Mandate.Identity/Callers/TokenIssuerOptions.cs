namespace Mandate.Identity.Callers;

/// <summary>An identity provider whose access tokens are accepted.</summary>
public sealed record TokenIssuerOptions
{
    /// <summary>Algorithms whose verification needs a public key only. No other can be accepted, above all not <c>none</c> and the HMAC family.</summary>
    public static IReadOnlyList<string> KnownAlgorithms { get; } = ["ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

    /// <summary>Where <c>/.well-known/openid-configuration</c> is found. By https; http is accepted on this machine only.</summary>
    public required Uri Authority { get; init; }

    /// <summary>What tokens name in <c>iss</c>, where it differs from <see cref="Authority"/>; null unless set. The provider's document must name the same.</summary>
    public string? Issuer { get; init; }

    /// <summary>What tokens must name in <c>aud</c>: one of these.</summary>
    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary>Signature algorithms accepted, of <see cref="KnownAlgorithms"/>; ES256, RS256 and PS256 unless set.</summary>
    public IReadOnlyList<string> Algorithms { get; init; } = ["ES256", "RS256", "PS256"];

    /// <summary>What tokens must name in the header <c>typ</c>, such as <c>at+jwt</c> (RFC 9068), so that no other kind of token passes; empty, the default, for any.</summary>
    public IReadOnlyList<string> TokenTypes { get; init; } = [];

    /// <summary>Which claims name user, tenant and scopes.</summary>
    public PrincipalClaimsOptions Claims { get; init; } = new();

    /// <summary>
    /// Tenants the issuer may speak for; empty, the default, for all. A token of its that names another tenant is refused. With exactly one, tokens without a tenant belong to it.
    /// </summary>
    public IReadOnlyList<string> Tenants { get; init; } = [];

    /// <summary>How far clocks may differ; 30 s unless set.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Shortest time between two reads of the keys because of a token that names an unknown one; 30 s unless set.</summary>
    public TimeSpan KeyRefreshInterval { get; init; } = TimeSpan.FromSeconds(30);
}
