using System.Security.Claims;

namespace Mandate.Identity;

/// <summary>Reads the principal from a user's verified token.</summary>
/// <remarks>
/// The claims must have the names they have in the token: with ASP.NET Core's JWT bearer authentication set <c>MapInboundClaims</c> to false. Whether the token itself is valid has been
/// decided before.
/// </remarks>
/// <param name="options">Which claims to read; null for the defaults.</param>
public sealed class PrincipalClaimsReader(PrincipalClaimsOptions? options = null)
{
    private readonly PrincipalClaimsOptions _options = options ?? new();

    /// <summary>The principal a token names.</summary>
    /// <exception cref="PrincipalClaimsException">It names none.</exception>
    public Principal Read(ClaimsPrincipal caller)
    {
        var claims = ReadAll(caller);
        return ToPrincipal(claims.UserId, claims.TenantId ?? throw MissingTenant(), claims.Scopes);
    }

    /// <summary>What a token says of its bearer; the tenant may be missing.</summary>
    /// <exception cref="PrincipalClaimsException">It names no user, or a claim is there twice.</exception>
    internal (string UserId, string? TenantId, IReadOnlyList<string> Scopes) ReadAll(ClaimsPrincipal caller)
    {
        if (caller.Identity is not { IsAuthenticated: true })
            throw new PrincipalClaimsException(PrincipalClaimsProblem.NotAuthenticated, "The call carries no verified token.");

        var user = First(caller, _options.UserId) ?? throw Missing(PrincipalClaimsProblem.UserMissing, "user", _options.UserId);
        var scopes = _options.Scopes
            .SelectMany(name => caller.FindAll(name))
            .SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return (user, First(caller, _options.TenantId), scopes);
    }

    /// <exception cref="PrincipalClaimsException">They cannot be a principal.</exception>
    internal static Principal ToPrincipal(string user, string tenant, IReadOnlyList<string> scopes)
    {
        try
        {
            return new(user, tenant) { Scopes = scopes };
        }
        catch (PrincipalException e)
        {
            throw new PrincipalClaimsException(PrincipalClaimsProblem.Unusable, $"The token cannot be used: {e.Message}");
        }
    }

    internal PrincipalClaimsException MissingTenant() => Missing(PrincipalClaimsProblem.TenantMissing, "tenant", _options.TenantId);

    private static string? First(ClaimsPrincipal caller, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            var values = caller.FindAll(name).Select(c => c.Value).Distinct(StringComparer.Ordinal).ToList();
            if (values.Count > 1)
                throw new PrincipalClaimsException(PrincipalClaimsProblem.Ambiguous, $"The token has more than one claim '{name}'.");
            // An empty claim names nobody; going on to the next one could name somebody else than was meant.
            if (values.Count == 1)
                return values[0].Length > 0 ? values[0] : null;
        }

        return null;
    }

    private static PrincipalClaimsException Missing(PrincipalClaimsProblem problem, string what, IReadOnlyList<string> names) =>
        new(problem, $"The token names no {what}: it needs the claim {string.Join(" or ", names.Select(n => $"'{n}'"))}. Ask the identity provider's administrator to add it.");
}
