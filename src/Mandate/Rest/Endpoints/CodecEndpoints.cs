using System.Text;
using Google.Protobuf;
using Mandate.Auditing;
using Mandate.Configuration;
using Mandate.Executions;
using Mandate.Identity;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Conversion.Sealing;
using Mandate.Rest.Input;
using Mandate.Rest.Problems;

namespace Mandate.Rest.Endpoints;

/// <summary>
/// Encodes and decodes payloads for people who look at histories in Temporal's web interface or command line, by the protocol those have for it. It shows what is encrypted, of every tenant,
/// so it is for operators: callers need a scope, and each call is recorded.
/// </summary>
internal static class CodecEndpoints
{
    public const string CorsPolicy = "codec";
    private const string NamespaceHeader = "X-Namespace";

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default);

    public static void MapCodec(this IEndpointRouteBuilder routes, SealingCodec codec)
    {
        Map("encode", AuditedAction.EncodePayloads, codec.EncodeAsync);
        Map("decode", AuditedAction.DecodePayloads, codec.DecodeAsync);

        void Map(string name, AuditedAction action, Func<IReadOnlyList<Payload>, CancellationToken, Task<IReadOnlyList<Payload>>> apply) => routes
            .MapPost($"/codec/{name}", (HttpContext context, CodecOptions options, WorkflowConnection connection, RequestAudit audit) => RunAsync(context, options, connection, audit, action, apply))
            .RequireCors(CorsPolicy)
            .WithName($"{name}Payloads")
            .WithTags("Codec")
            .WithSummary($"{char.ToUpperInvariant(name[0])}{name[1..]} payloads, for Temporal's web interface")
            .WithMetadata(action)
            .Produces(StatusCodes.Status200OK, contentType: "application/json")
            .ProducesProblems(ProblemKind.InvalidRequest, ProblemKind.Forbidden, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType);
    }

    private static async Task<IResult> RunAsync(
        HttpContext context,
        CodecOptions options,
        WorkflowConnection connection,
        RequestAudit audit,
        AuditedAction action,
        Func<IReadOnlyList<Payload>, CancellationToken, Task<IReadOnlyList<Payload>>> apply)
    {
        audit.Concerns(connection.Namespace);
        if (context.Features.Get<Caller>()?.Scopes.Contains(options.Scope, StringComparer.Ordinal) is not true)
            throw new ProblemException(ProblemKind.Forbidden, $"Reading encrypted payloads needs the scope `{options.Scope}`.", "scope-missing");
        if (context.Request.Headers[NamespaceHeader] is { Count: > 0 } named && named != connection.Namespace)
            throw new ProblemException(ProblemKind.InvalidRequest, $"This endpoint has the keys of another namespace than the one named in the header `{NamespaceHeader}`.", "namespace");

        var payloads = Parse(await RequestBody.ReadAsync(context));
        audit.Detail("payloads", payloads.Payloads_.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
        IReadOnlyList<Payload> applied;
        try
        {
            applied = await apply(payloads.Payloads_, context.RequestAborted);
        }
        catch (PayloadConversionException e)
        {
            // This exception's message names keys and never content.
            throw new ProblemException(ProblemKind.InvalidRequest, e.Message, "payload-unreadable", e);
        }

        await audit.SucceededAsync(context, action);
        return Results.Text(Formatter.Format(new Payloads { Payloads_ = { applied } }), "application/json", Encoding.UTF8);
    }

    private static Payloads Parse(RequestObject? body)
    {
        try
        {
            return Parser.Parse<Payloads>(body?.ToJson() ?? "{}");
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidOperationException or FormatException)
        {
            throw new ProblemException(ProblemKind.InvalidRequest, "The body must be `{\"payloads\": […]}`, payloads in Protobuf's JSON form.", "body-not-payloads", e);
        }
    }
}
