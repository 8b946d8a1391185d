namespace Mandate.Identity;

/// <summary>Which claims of a user's token say who the user is.</summary>
public sealed record PrincipalClaimsOptions
{
    /// <summary>Claims that may hold the user id; the first one present counts. <c>user_id</c>, then <c>sub</c>, unless set.</summary>
    public IReadOnlyList<string> UserId { get; init; } = ["user_id", "sub"];

    /// <summary>Claims that may hold the tenant id; the first one present counts. <c>tenant_id</c> unless set.</summary>
    public IReadOnlyList<string> TenantId { get; init; } = ["tenant_id"];

    /// <summary>Claims that may hold scopes, one a claim or separated by blanks; all count. <c>scope</c> and <c>scp</c> unless set.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = ["scope", "scp"];
}
