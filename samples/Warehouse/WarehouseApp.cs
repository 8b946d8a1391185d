using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace Warehouse;

/// <summary>What a service needs to be called in the name of a user.</summary>
public static class WarehouseApp
{
    /// <summary>Builds the service from the settings Authority, Audience and TrustedServices.</summary>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var settings = builder.Configuration;

        // 1. Only tokens of the identity provider for this service: the calling service's own one, or one in the user's name.
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(bearer =>
        {
            bearer.Authority = settings["Authority"];
            bearer.Audience = settings["Audience"];
            bearer.RequireHttpsMetadata = !new Uri(settings["Authority"]!).IsLoopback;
            bearer.MapInboundClaims = false;
            bearer.TokenValidationParameters.ValidAlgorithms = ["ES256", "RS256", "PS256"];
        });

        var app = builder.Build();
        app.UseAuthentication();

        // 2. The services named here may say for which user they call. From everybody else that is stripped and logged.
        app.UseForwardedIdentity(settings.GetSection("TrustedServices").Get<string[]>() ?? []);
        app.UseAuthorization();

        // 3. The code sees the user, the tenant, and the service that acts for the user.
        app.MapPost("/reservations/{item}", (string item, ClaimsPrincipal user) => new Reservation(
            item,
            user.FindFirstValue("sub")!,
            user.FindFirstValue("tenant_id"),
            user.FindFirstValue("act"))).RequireAuthorization();
        return app;
    }
}
