using System.Security.Claims;
using Mandate.Configuration;
using Mandate.Identity;
using Mandate.Rest.Problems;

namespace Mandate.Authentication;

/// <summary>Reads the caller from the claims of a verified token.</summary>
internal sealed class CallerReader(AuthenticationOptions options)
{
    private readonly PrincipalClaimsReader _reader = new(new PrincipalClaimsOptions { UserId = options.AcceptedUserClaims, TenantId = [options.TenantClaim] });

    /// <exception cref="ProblemException">A claim is missing, there twice, or not usable as an id.</exception>
    public Principal Read(ClaimsPrincipal user)
    {
        try
        {
            return _reader.Read(user);
        }
        catch (PrincipalClaimsException e)
        {
            // This exception's message is written for callers: it names the claim and never its value.
            throw new ProblemException(ProblemKind.IdentityIncomplete, e.Message, Reason(e.Problem), e);
        }
    }

    private static string Reason(PrincipalClaimsProblem problem) => problem switch
    {
        PrincipalClaimsProblem.UserMissing => "user-missing",
        PrincipalClaimsProblem.TenantMissing => "tenant-missing",
        PrincipalClaimsProblem.Ambiguous => "claim-ambiguous",
        _ => "claim-unusable",
    };
}
