using Mandate.Auditing;
using Mandate.Identity;
using Mandate.Rest.Problems;

namespace Mandate.Authentication;

/// <summary>
/// For audited endpoints: makes the verified caller's principal known, and removes headers by which somebody might pretend to be another. Runs between authentication and
/// authorization, so that an attempt without a token is recorded as well.
/// </summary>
internal sealed class CallerMiddleware(RequestDelegate next)
{
    private static readonly AuditedAction Spoof = new("identity.spoof-attempt", "pretend", "endpoint");

    public async Task InvokeAsync(HttpContext context, RequestAudit audit)
    {
        var claimed = SpoofedHeaders.Strip(context.Request.Headers);
        if (context.GetEndpoint()?.Metadata.GetMetadata<AuditedAction>() is null)
        {
            await next(context);
            return;
        }

        var caller = context.Features.Get<Caller>();
        if (caller?.Principal is { } principal)
            context.Features.Set(principal);
        if (claimed.Count > 0)
        {
            audit.Concerns($"{context.Request.Method} {(context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText}");
            audit.Detail("headers", string.Join(", ", claimed));
            await audit.DeniedAsync(context, Spoof, "header-ignored");
            audit.Reset();
        }

        if (caller is { Principal: null })
        {
            throw new ProblemException(
                ProblemKind.IdentityIncomplete, "The credentials are bound to no tenant, so there is nobody for whom to act. Use those of a user, or of a service of one tenant.", "tenant-missing");
        }

        await next(context);
    }
}
