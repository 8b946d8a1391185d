using Mandate.Authentication;
using Mandate.Identity;
using Mandate.Rest.Model;
using Mandate.Rest.Problems;

namespace Mandate.Rest.Endpoints;

/// <summary>What every endpoint shares.</summary>
internal static class EndpointExtensions
{
    /// <summary>The caller of an endpoint behind authorization.</summary>
    public static Principal Caller(this HttpContext context) =>
        context.Features.Get<Principal>() ?? throw new InvalidOperationException("An endpoint without audit metadata asked for its caller.");

    /// <summary>The caller with what its credentials allow.</summary>
    public static Caller VerifiedCaller(this HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("An endpoint without audit metadata asked for its caller.");

    /// <summary>States an endpoint's problems, and those that each has.</summary>
    public static RouteHandlerBuilder ProducesProblems(this RouteHandlerBuilder endpoint, params ReadOnlySpan<ProblemKind> problems)
    {
        foreach (var status in (HashSet<int>)
            [.. problems.ToArray().Select(p => p.Status), StatusCodes.Status401Unauthorized, StatusCodes.Status500InternalServerError, StatusCodes.Status503ServiceUnavailable])
            endpoint.Produces<Problem>(status, "application/problem+json");
        return endpoint;
    }
}
