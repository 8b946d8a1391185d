namespace Mandate.Configuration;

/// <summary>An identity provider whose access tokens are accepted: section <c>Mandate:Authentication:Issuers:&lt;n&gt;</c>, and the first one in <c>Mandate:Authentication</c> itself.</summary>
internal class IssuerOptions
{
    /// <summary>The identity provider: <c>/.well-known/openid-configuration</c> below it tells issuer and keys.</summary>
    public string? Authority { get; set; }

    /// <summary>What its tokens name in <c>iss</c>, where it is not the authority.</summary>
    public string? Issuer { get; set; }

    /// <summary>What the token must name as its audience.</summary>
    public string? Audience { get; set; }

    /// <summary>Signature algorithms accepted.</summary>
    public List<string> Algorithms { get; set; } = [];

    /// <summary>What the token's header must name as <c>typ</c>; empty for any.</summary>
    public List<string> TokenTypes { get; set; } = [];

    /// <summary>Claims that may hold the user, the first present one counts.</summary>
    public List<string> UserClaims { get; set; } = [];

    /// <summary>Claim that holds the tenant.</summary>
    public string TenantClaim { get; set; } = "tenant_id";

    /// <summary>Claims that hold scopes.</summary>
    public List<string> ScopeClaims { get; set; } = [];

    /// <summary>Tenants it may speak for; empty for all.</summary>
    public List<string> Tenants { get; set; } = [];

    /// <summary>Algorithms in force: those set, else ES256, RS256 and PS256.</summary>
    public IReadOnlyList<string> AcceptedAlgorithms => Algorithms.Count > 0 ? Algorithms : ["ES256", "RS256", "PS256"];

    /// <summary>User claims in force: those set, else <c>user_id</c>, then <c>sub</c>.</summary>
    public IReadOnlyList<string> AcceptedUserClaims => UserClaims.Count > 0 ? UserClaims : ["user_id", "sub"];

    /// <summary>Scope claims in force: those set, else <c>scope</c> and <c>scp</c>.</summary>
    public IReadOnlyList<string> AcceptedScopeClaims => ScopeClaims.Count > 0 ? ScopeClaims : ["scope", "scp"];
}
