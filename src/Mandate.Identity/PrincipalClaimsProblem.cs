namespace Mandate.Identity;

/// <summary>Why a verified token does not name a principal.</summary>
public enum PrincipalClaimsProblem
{
    /// <summary>Nobody is authenticated. A matter for 401.</summary>
    NotAuthenticated,

    /// <summary>The token names no user.</summary>
    UserMissing,

    /// <summary>The token names no tenant.</summary>
    TenantMissing,

    /// <summary>A claim occurs more than once, so that it is unclear which one counts.</summary>
    Ambiguous,

    /// <summary>A claim's value cannot be an identifier: too long, or with control characters.</summary>
    Unusable,
}
