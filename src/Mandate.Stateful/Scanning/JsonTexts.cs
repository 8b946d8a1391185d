using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Stateful.Scanning;

/// <summary>
/// Reads JSON whatever is in it: names, texts, and payloads in the long form (<c>{ "metadata": …, "data": base64 }</c>). Payloads in the short form, as Temporal's command line tool and
/// console write them, are JSON like the rest. So nothing is left out because it is not known here.
/// </summary>
internal static class JsonTexts
{
    public static readonly JsonDocumentOptions Options = new() { MaxDepth = 1_000, AllowTrailingCommas = true };

    // Less than this is a word that happens to be base64.
    private const int ShortestBase64 = 16;
    private const int Nested = 4;

    /// <summary>Reads an event, with the place of each text.</summary>
    public static void Read(JsonElement element, string path, Reading reading)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when PayloadOf(element) is { } payload:
                PayloadTexts.Read(payload, path, reading);
                foreach (var member in element.EnumerateObject().Where(m => !m.NameEquals("metadata") && !m.NameEquals("data")))
                    ReadMember(member, Join(path, member.Name), reading);
                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                    ReadMember(member, Join(path, member.Name), reading);
                break;
            case JsonValueKind.Array:
                var i = 0;
                foreach (var item in element.EnumerateArray())
                    Read(item, $"{path}[{i++}]", reading);
                break;
            case JsonValueKind.String:
                ReadText(null, element.GetString()!, path, reading, Nested);
                break;
            default:
                break;
        }
    }

    /// <summary>Reads what a payload holds. All of it is at the payload's place.</summary>
    public static void ReadDecoded(JsonElement element, string field, Reading reading) => ReadDecoded(null, element, field, reading, Nested);

    private static void ReadDecoded(string? name, JsonElement element, string field, Reading reading, int nested)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    if (member.Value.ValueKind != JsonValueKind.String)
                        reading.Text(field, member.Name);
                    ReadDecoded(member.Name, member.Value, field, reading, nested);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    ReadDecoded(name, item, field, reading, nested);
                break;
            case JsonValueKind.String:
                ReadText(name, element.GetString()!, field, reading, nested);
                break;
            default:
                // A number may be a value that is looked for.
                reading.Text(field, element.GetRawText());
                break;
        }
    }

    private static void ReadMember(JsonProperty member, string path, Reading reading)
    {
        if (member.Value.ValueKind == JsonValueKind.String)
        {
            ReadText(member.Name, member.Value.GetString()!, path, reading, Nested);
            return;
        }

        reading.Text(path, member.Name);
        Read(member.Value, path, reading);
    }

    /// <summary>Some secrets are known by the name they stand beside, so a member's name and value are read as one. Text that is JSON, or base64 of text, is read as that.</summary>
    private static void ReadText(string? name, string text, string field, Reading reading, int nested)
    {
        if (nested > 0 && text.Length > 1 && text[0] is '{' or '[' or '"' && TryParse(text) is { } document)
        {
            using (document)
            {
                if (name is not null)
                    reading.Text(field, name);
                ReadDecoded(null, document.RootElement, field, reading, nested - 1);
            }

            return;
        }

        reading.Text(field, name is null ? text : $"\"{name}\":\"{text}\"");
        if (nested > 0 && FromBase64(text) is { } decoded)
            ReadText(null, decoded, field, reading, nested - 1);
    }

    private static JsonDocument? TryParse(string text)
    {
        try
        {
            return JsonDocument.Parse(text, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? FromBase64(string text)
    {
        if (text.Length < ShortestBase64 || text.Length % 4 != 0)
            return null;
        var bytes = new byte[text.Length / 4 * 3];
        return Convert.TryFromBase64String(text, bytes, out var length) && Utf8.IsValid(bytes.AsSpan(0, length)) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }

    /// <summary>The payload in its long form; null for any other object, such as a short form that has members of these names.</summary>
    private static Payload? PayloadOf(JsonElement element)
    {
        if (!element.TryGetProperty("metadata", out var metadata) || metadata.ValueKind != JsonValueKind.Object)
            return null;
        var payload = new Payload();
        if (element.TryGetProperty("data", out var data))
        {
            if (data.ValueKind != JsonValueKind.String || !data.TryGetBytesFromBase64(out var bytes))
                return null;
            payload.Data = UnsafeByteOperations.UnsafeWrap(bytes);
        }

        foreach (var entry in metadata.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.String || !entry.Value.TryGetBytesFromBase64(out var value))
                return null;
            payload.Metadata[entry.Name] = ByteString.CopyFrom(value);
        }

        return payload.Metadata.Count > 0 ? payload : null;
    }

    /// <summary>Keys of maps are somebody's own words and stand in brackets.</summary>
    private static string Join(string path, string name) =>
        path.Length == 0 ? name : path.EndsWith(".fields", StringComparison.Ordinal) || path.EndsWith(".indexedFields", StringComparison.Ordinal) ? $"{path}[{name}]" : $"{path}.{name}";
}
