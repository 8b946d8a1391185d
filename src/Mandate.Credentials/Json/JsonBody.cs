using System.Text.Json;

namespace Mandate.Credentials.Json;

/// <summary>Reads bodies that others wrote, which are a JSON object or are not usable. Nothing of them reaches an error: parsers quote what they read.</summary>
internal static class JsonBody
{
    /// <summary>Null when it is not a JSON object.</summary>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind is JsonValueKind.Object)
                return document;
            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A member that is a text; null also for one that is not well-formed Unicode, which JSON's syntax lets pass.</summary>
    public static string? Text(JsonElement members, string name) =>
        members.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? Text(value) : null;

    /// <summary>A text; null when it is not well-formed Unicode.</summary>
    public static string? Text(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
