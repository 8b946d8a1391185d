using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Mandate.Rest.Problems;

namespace Mandate.Rest.Input;

/// <summary>Reads a request's JSON body within its limits.</summary>
internal static class RequestBody
{
    /// <summary>Largest body, in bytes.</summary>
    public const int Limit = 2 * 1024 * 1024;

    /// <summary>
    /// How much of a body that is too large is still read and thrown away, so that a client that is busy sending gets to see the answer instead of a broken connection.
    /// </summary>
    public const long DrainLimit = 16L * 1024 * 1024;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>The body as a JSON object; null when there is no body.</summary>
    /// <exception cref="ProblemException">Too large, not declared as JSON, not UTF-8, not JSON, too deep, or not an object.</exception>
    public static async Task<RequestObject?> ReadAsync(HttpContext context)
    {
        var body = await ReadBytesAsync(context);
        if (body.Length == 0)
            return null;
        if (!context.Request.HasJsonContentType())
            throw new ProblemException(ProblemKind.UnsupportedMediaType, "Send the body with `Content-Type: application/json`.");
        if (!Utf8.IsValid(body.Span))
            throw new ProblemException(ProblemKind.InvalidRequest, "The body is not UTF-8, which JSON must be.", "body-not-utf8");
        return Parse(body) is { ValueKind: JsonValueKind.Object } root
            ? new RequestObject(root)
            : throw new ProblemException(ProblemKind.InvalidRequest, "The body must be a JSON object.", "body-not-an-object");
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            // The element outlives the document's pooled memory, so it gets its own.
            using var document = JsonDocument.Parse(body, Options);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            var place = e.LineNumber is { } line ? $" The error is in line {line + 1}, at byte {e.BytePositionInLine}." : "";
            throw new ProblemException(
                ProblemKind.InvalidRequest, $"The body is not JSON of at most {Options.MaxDepth} levels without repeated properties.{place}", "body-not-json", e);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext context)
    {
        if (context.Request.ContentLength is > DrainLimit)
            throw TooLarge();
        var reader = context.Request.BodyReader;
        var seen = 0L;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(context.RequestAborted);
                var fits = seen == 0 && read.Buffer.Length <= Limit;
                if (fits && read.IsCompleted)
                {
                    var body = read.Buffer.ToArray();
                    reader.AdvanceTo(read.Buffer.End);
                    return body;
                }

                // 1. Within the limit: wait for the rest. 2. Beyond it: forget what came, and go on counting until the end or the drain limit.
                if (!fits)
                    seen += read.Buffer.Length;
                reader.AdvanceTo(fits ? read.Buffer.Start : read.Buffer.End, read.Buffer.End);
                if (seen > 0 && (read.IsCompleted || seen > DrainLimit))
                    throw TooLarge();
            }
        }
        catch (BadHttpRequestException e)
        {
            throw e.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? TooLarge()
                : new ProblemException(ProblemKind.InvalidRequest, "The body could not be read: it ended early or its framing is wrong.", "body-broken", e);
        }
    }

    private static ProblemException TooLarge() =>
        new(ProblemKind.TooLarge, $"The body may have at most {Limit / (1024 * 1024)} MiB. Keep large data elsewhere and pass a reference to it.");
}
