using Mandate.Configuration;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace Mandate.Authentication;

/// <summary>Sets up the verification of access tokens.</summary>
internal static class AuthenticationSetup
{
    /// <summary>
    /// Accepts a token only if it is signed with a public-key algorithm of the list by a key the authority publishes now, was issued by that authority for our
    /// audience, and is alive (RFC 8725, sections 3.1 to 3.9). Keys are read again when a token names an unknown one.
    /// </summary>
    public static IServiceCollection AddTokenVerification(this IServiceCollection services, AuthenticationOptions options, string authority, string audience)
    {
        services.AddSingleton(new CallerReader(options));
        services.AddScoped<BearerEvents>();
        services.AddAuthorization();
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(bearer =>
        {
            bearer.Authority = authority;
            bearer.RequireHttpsMetadata = !new Uri(authority).IsLoopback;
            bearer.MapInboundClaims = false;
            bearer.SaveToken = false;
            bearer.IncludeErrorDetails = false;
            bearer.RefreshOnIssuerKeyNotFound = true;
            bearer.RefreshInterval = options.KeyRefreshInterval;
            bearer.EventsType = typeof(BearerEvents);
            bearer.TokenValidationParameters = new TokenValidationParameters
            {
                ValidAlgorithms = options.AcceptedAlgorithms,
                RequireSignedTokens = true,
                ValidateIssuerSigningKey = true,
                // A token that names an unknown key must not be tried against every other one.
                TryAllIssuerSigningKeys = false,
                ValidateIssuer = true,
                ValidateAudience = true,
                ValidAudience = audience,
                RequireAudience = true,
                ValidateLifetime = true,
                RequireExpirationTime = true,
                ClockSkew = options.ClockSkew,
            };
        });
        return services;
    }
}
