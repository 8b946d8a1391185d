using System.Text;
using System.Text.Json.Nodes;

namespace Mandate.Temporal.Common;

/// <summary>Older tools write enum values in short form (<c>WorkflowExecutionStarted</c>); protobuf JSON knows only the full one (<c>EVENT_TYPE_WORKFLOW_EXECUTION_STARTED</c>).</summary>
internal static class HistoryJson
{
    private static readonly Dictionary<string, string> Prefixes = new(StringComparer.Ordinal)
    {
        ["eventType"] = "EVENT_TYPE",
        ["kind"] = "TASK_QUEUE_KIND",
        ["parentClosePolicy"] = "PARENT_CLOSE_POLICY",
        ["workflowIdReusePolicy"] = "WORKFLOW_ID_REUSE_POLICY",
        ["initiator"] = "CONTINUE_AS_NEW_INITIATOR",
        ["retryState"] = "RETRY_STATE",
        ["timeoutType"] = "TIMEOUT_TYPE",
        ["cause"] = "WORKFLOW_TASK_FAILED_CAUSE",
    };

    internal static void CompleteEnumNames(JsonNode node)
    {
        switch (node)
        {
            case JsonArray array:
                foreach (var item in array)
                {
                    if (item is not null)
                        CompleteEnumNames(item);
                }

                break;
            case JsonObject fields:
                foreach (var (name, value) in fields.ToList())
                {
                    if (value is JsonValue text && Prefixes.TryGetValue(name, out var prefix) && text.TryGetValue<string>(out var word))
                    {
                        if (IsShort(word))
                            fields[name] = $"{prefix}_{Upper(word)}";
                    }
                    else if (value is not null)
                    {
                        CompleteEnumNames(value);
                    }
                }

                break;
            default:
                break;
        }
    }

    // "cause" is a free text in some messages: only what looks like one word in Pascal case is a short enum value.
    private static bool IsShort(string word) => word.Length > 0 && char.IsAsciiLetterUpper(word[0]) && word.All(char.IsAsciiLetterOrDigit) && word.Any(char.IsAsciiLetterLower);

    private static string Upper(string pascal)
    {
        var upper = new StringBuilder(pascal.Length + 8);
        for (var i = 0; i < pascal.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(pascal[i]))
                upper.Append('_');
            upper.Append(char.ToUpperInvariant(pascal[i]));
        }

        return upper.ToString();
    }
}
