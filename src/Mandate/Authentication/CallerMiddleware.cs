using Mandate.Auditing;

namespace Mandate.Authentication;

/// <summary>
/// For audited endpoints: takes the caller from the verified token, and removes headers by which somebody might pretend to be another. Runs
/// between authentication and authorization, so that an attempt without a token is recorded as well.
/// </summary>
internal sealed class CallerMiddleware(RequestDelegate next)
{
    private static readonly AuditedAction Spoof = new("identity.spoof-attempt", "pretend", "endpoint");

    public async Task InvokeAsync(HttpContext context, CallerReader reader, RequestAudit audit)
    {
        var claimed = SpoofedHeaders.Strip(context.Request.Headers);
        if (context.GetEndpoint()?.Metadata.GetMetadata<AuditedAction>() is null)
        {
            await next(context);
            return;
        }

        Rest.Problems.ProblemException? incomplete = null;
        if (context.User.Identity is { IsAuthenticated: true })
        {
            try
            {
                context.Features.Set(reader.Read(context.User));
            }
            catch (Rest.Problems.ProblemException e)
            {
                incomplete = e;
            }
        }

        if (claimed.Count > 0)
        {
            audit.Concerns($"{context.Request.Method} {(context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText}");
            audit.Detail("headers", string.Join(", ", claimed));
            await audit.DeniedAsync(context, Spoof, "header-ignored");
            audit.Reset();
        }

        if (incomplete is not null)
            throw incomplete;
        await next(context);
    }
}
