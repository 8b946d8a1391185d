using Mandate.Hosting;

namespace Mandate.Rest.Endpoints;

/// <summary>The public keys with which anybody verifies for whom a run acts.</summary>
internal static class PrincipalKeyEndpoints
{
    public static void MapPrincipalKeys(this IEndpointRouteBuilder routes) =>
        routes.MapPrincipalKeys(routes.ServiceProvider.GetRequiredService<ServiceIdentity>().Keys)
            .WithName("principalKeys")
            .WithTags("Keys")
            .WithSummary("Public keys of signed principals, a JSON Web Key Set (RFC 7517)")
            .Produces(StatusCodes.Status200OK, contentType: "application/jwk-set+json")
            .AllowAnonymous();
}
