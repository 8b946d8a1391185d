namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Authentication</c>.</summary>
internal sealed class AuthenticationOptions
{
    /// <summary>Algorithms whose verification needs a public key only. Anything else, above all <c>none</c> and the HMAC family, is never accepted.</summary>
    public static readonly IReadOnlyList<string> AsymmetricAlgorithms =
        ["ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

    /// <summary>The identity provider: <c>/.well-known/openid-configuration</c> below it tells issuer and keys.</summary>
    public string? Authority { get; set; }

    /// <summary>What the token must name as its audience.</summary>
    public string? Audience { get; set; }

    /// <summary>Signature algorithms accepted.</summary>
    public List<string> Algorithms { get; set; } = [];

    /// <summary>Claims that may hold the user, the first present one counts.</summary>
    public List<string> UserClaims { get; set; } = [];

    /// <summary>Claim that holds the tenant.</summary>
    public string TenantClaim { get; set; } = "tenant_id";

    /// <summary>How far clocks may differ when a token's life is judged.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Shortest time between two reads of the provider's keys because of an unknown key id.</summary>
    public TimeSpan KeyRefreshInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Algorithms in force: those set, else ES256, RS256 and PS256.</summary>
    public IReadOnlyList<string> AcceptedAlgorithms => Algorithms.Count > 0 ? Algorithms : ["ES256", "RS256", "PS256"];

    /// <summary>User claims in force: those set, else <c>user_id</c>, then <c>sub</c>.</summary>
    public IReadOnlyList<string> AcceptedUserClaims => UserClaims.Count > 0 ? UserClaims : ["user_id", "sub"];
}
