using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Mandate.Stateful.Scanning;

/// <summary>Finds the events of an exported history, whichever tool and version wrote it.</summary>
internal static class ExportedHistory
{
    private const string EventTypePrefix = "EVENT_TYPE_";

    /// <param name="json">One JSON value, or several one after the other.</param>
    /// <param name="onEvent">Is told number, type and content of each event.</param>
    /// <param name="onRest">Is told what stands beside the events.</param>
    /// <exception cref="ArgumentException">It is no JSON, or has no events.</exception>
    public static void Read(ReadOnlyMemory<byte> json, Action<long, string, JsonElement> onEvent, Action<JsonElement> onRest)
    {
        var found = false;
        try
        {
            var reader = new Utf8JsonReader(WithoutMark(json.Span), new JsonReaderOptions { AllowMultipleValues = true, AllowTrailingCommas = true, MaxDepth = JsonTexts.Options.MaxDepth });
            while (reader.Read())
            {
                using var document = JsonDocument.ParseValue(ref reader);
                found |= Find(document.RootElement, onEvent, onRest);
            }
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"It is no JSON ({e.Message}). Export the history with `temporal workflow show --output json`; Temporal Cloud's export is Protobuf and has to be converted.", nameof(json), e);
        }

        if (!found)
            throw new ArgumentException("It is JSON without `events`. Export the history with `temporal workflow show --output json`, or download it from the console.", nameof(json));
    }

    private static bool Find(JsonElement root, Action<long, string, JsonElement> onEvent, Action<JsonElement> onRest)
    {
        switch (root.ValueKind)
        {
            case JsonValueKind.Array:
                // A list of events, or of histories.
                var found = false;
                foreach (var item in root.EnumerateArray())
                    found |= Find(item, onEvent, onRest);
                return found;
            case JsonValueKind.Object when root.TryGetProperty("eventType", out var type) || root.TryGetProperty("eventId", out _):
                onEvent(IdOf(root), TypeOf(type), root);
                return true;
            case JsonValueKind.Object when root.TryGetProperty("events", out var events) && events.ValueKind == JsonValueKind.Array:
                foreach (var item in events.EnumerateArray())
                    onEvent(item.ValueKind == JsonValueKind.Object ? IdOf(item) : 0, item.ValueKind == JsonValueKind.Object && item.TryGetProperty("eventType", out var of) ? TypeOf(of) : "Unknown", item);
                ReadRest(root, "events", onRest);
                return true;
            case JsonValueKind.Object when root.TryGetProperty("history", out var history):
                ReadRest(root, "history", onRest);
                return Find(history, onEvent, onRest);
            default:
                return false;
        }
    }

    private static void ReadRest(JsonElement root, string without, Action<JsonElement> onRest)
    {
        foreach (var member in root.EnumerateObject().Where(m => !m.NameEquals(without)))
            onRest(member.Value);
    }

    private static long IdOf(JsonElement item) => !item.TryGetProperty("eventId", out var id) ? 0 : id.ValueKind switch
    {
        JsonValueKind.Number when id.TryGetInt64(out var number) => number,
        JsonValueKind.String when long.TryParse(id.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => 0,
    };

    /// <summary>Old tools write <c>WorkflowExecutionStarted</c>, newer ones <c>EVENT_TYPE_WORKFLOW_EXECUTION_STARTED</c>.</summary>
    private static string TypeOf(JsonElement type)
    {
        if (type.ValueKind != JsonValueKind.String || type.GetString() is not { Length: > 0 } name)
            return "Unknown";
        if (!name.StartsWith(EventTypePrefix, StringComparison.Ordinal))
            return name;
        var pascal = new StringBuilder(name.Length);
        foreach (var word in name[EventTypePrefix.Length..].Split('_', StringSplitOptions.RemoveEmptyEntries))
            pascal.Append(word[0]).Append(word[1..].ToLowerInvariant());
        return pascal.ToString();
    }

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> json) => json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;
}
