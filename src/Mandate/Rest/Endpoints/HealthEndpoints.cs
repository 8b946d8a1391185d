using Mandate.Hosting;
using Mandate.Rest.Model;

namespace Mandate.Rest.Endpoints;

/// <summary>Whether the process is alive, and whether it can do its work.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Ok(new Health("ok", new Dictionary<string, string>())))
            .WithName("live")
            .WithTags("Health")
            .WithSummary("Whether the process answers")
            .Produces<Health>()
            .AllowAnonymous();

        routes.MapGet("/health/ready", (Delegate)ReadyAsync)
            .WithName("ready")
            .WithTags("Health")
            .WithSummary("Whether work can be done: the engine or cluster answers and the ledger can be written")
            .Produces<Health>()
            .Produces<Health>(StatusCodes.Status503ServiceUnavailable)
            .AllowAnonymous();
    }

    private static async Task<IResult> ReadyAsync(HttpContext context, Readiness readiness)
    {
        var health = await readiness.CheckAsync(context.RequestAborted);
        return Results.Json(health, RestJson.Context.Health, statusCode: health.Status == Readiness.Ok ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
