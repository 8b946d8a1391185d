using System.Globalization;
using Mandate.Identity.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

// Extensions of a builder stand where its users look for them.
namespace Microsoft.AspNetCore.Builder;

/// <summary>Publishes the keys that sign principals.</summary>
public static class PrincipalKeysEndpointExtensions
{
    /// <summary>Answers <c>GET /.well-known/jwks.json</c> with the public keys of <paramref name="keys"/>. The answer is public and may be cached for five minutes.</summary>
    public static RouteHandlerBuilder MapPrincipalKeys(this IEndpointRouteBuilder endpoints, SigningKeyRing keys) =>
        endpoints.MapGet("/.well-known/jwks.json", (HttpResponse response) =>
        {
            response.Headers.CacheControl = string.Create(CultureInfo.InvariantCulture, $"public, max-age={SigningKeyRing.PublicationLifetime.TotalSeconds:0}");
            return Results.Text(keys.ToJsonWebKeySet(), "application/jwk-set+json");
        });
}
