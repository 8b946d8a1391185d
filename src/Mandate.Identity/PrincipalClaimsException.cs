namespace Mandate.Identity;

/// <summary>A verified token does not name a principal. The message names the claim, never its value, and can be shown to the caller.</summary>
public sealed class PrincipalClaimsException(PrincipalClaimsProblem problem, string message) : Exception(message)
{
    /// <summary>Why; <see cref="PrincipalClaimsProblem.NotAuthenticated"/> is a matter for 401, all others for 403.</summary>
    public PrincipalClaimsProblem Problem { get; } = problem;
}
