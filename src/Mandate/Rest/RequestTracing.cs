using System.Diagnostics;

namespace Mandate.Rest;

/// <summary>
/// Gives each request a span, below the caller's where it has sent a <c>traceparent</c>. What the request sets off, such as the rotation of an API token, belongs below it. Health checks have none.
/// </summary>
internal sealed class RequestTracing(RequestDelegate next)
{
    /// <summary>The activity source.</summary>
    public const string ActivitySourceName = "Mandate.Rest";

    private const int FirstServerError = 500;
    private static readonly ActivitySource Source = new(ActivitySourceName);

    public async Task InvokeAsync(HttpContext context)
    {
        using var span = Start(context.Request);
        if (span is null)
        {
            await next(context);
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            // A path names people's workflows; the route names none.
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
            span.DisplayName = route is null ? context.Request.Method : $"{context.Request.Method} {route}";
            span.SetTag("http.request.method", context.Request.Method).SetTag("http.route", route).SetTag("http.response.status_code", context.Response.StatusCode);
            if (context.Response.StatusCode >= FirstServerError)
                span.SetStatus(ActivityStatusCode.Error);
        }
    }

    private static Activity? Start(HttpRequest request)
    {
        if (!Source.HasListeners() || request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
            return null;
        // The server's own activity is exported by nobody.
        Activity.Current = null;
        return Source.StartActivity(
            request.Method, ActivityKind.Server, ActivityContext.TryParse(request.Headers.TraceParent, request.Headers.TraceState, isRemote: true, out var caller) ? caller : default);
    }
}
