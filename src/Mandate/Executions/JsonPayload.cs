using System.Text.Json;
using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Executions;

/// <summary>JSON values as payloads and back, without going through a .NET type: numbers and property order stay as they were sent.</summary>
internal static class JsonPayload
{
    private const string Encoding = "encoding";
    private static readonly ByteString JsonPlain = ByteString.CopyFromUtf8("json/plain");
    private static readonly ByteString BinaryNull = ByteString.CopyFromUtf8("binary/null");

    /// <summary>Payloads for these arguments; null for none.</summary>
    public static Payloads? Of(IReadOnlyList<JsonElement> arguments)
    {
        if (arguments.Count == 0)
            return null;
        var payloads = new Payloads();
        payloads.Payloads_.AddRange(arguments.Select(Of));
        return payloads;
    }

    /// <summary>The JSON of a result of one payload; null when it has none or is of another encoding.</summary>
    public static JsonElement? Read(Payloads? payloads)
    {
        if (payloads?.Payloads_ is not [var payload] || !payload.Metadata.TryGetValue(Encoding, out var encoding))
            return null;
        if (encoding.Equals(BinaryNull))
            return JsonElement.Parse("null"u8);
        if (!encoding.Equals(JsonPlain))
            return null;
        try
        {
            return JsonElement.Parse(payload.Data.Span);
        }
        catch (JsonException)
        {
            // A worker may call anything JSON. It is not shown then.
            return null;
        }
    }

    private static Payload Of(JsonElement value) => value.ValueKind == JsonValueKind.Null
        ? new Payload { Metadata = { [Encoding] = BinaryNull } }
        : new Payload { Metadata = { [Encoding] = JsonPlain }, Data = ByteString.CopyFrom(System.Text.Encoding.UTF8.GetBytes(value.GetRawText())) };
}
