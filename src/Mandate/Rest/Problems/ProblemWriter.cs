using System.Diagnostics;
using System.Text.Json;

namespace Mandate.Rest.Problems;

/// <summary>Writes RFC 9457 problem details.</summary>
internal static class ProblemWriter
{
    /// <summary>Answers with a problem, unless an answer has begun.</summary>
    public static async Task WriteAsync(HttpContext context, ProblemKind kind, string detail)
    {
        if (context.Response.HasStarted)
            return;
        // Headers that were set on the way here stay, such as WWW-Authenticate.
        context.Response.StatusCode = kind.Status;
        if (kind.Status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
            context.Response.Headers.RetryAfter = "1";
        var problem = new Model.Problem(kind.Type, kind.Title, kind.Status, detail, context.Request.Path.Value ?? "/", TraceId(context));
        var body = JsonSerializer.SerializeToUtf8Bytes(problem, RestJson.Context.Problem);
        context.Response.ContentType = "application/problem+json";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>Names the request in answers, logs and the ledger alike.</summary>
    public static string TraceId(HttpContext context) => Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
}
