using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Temporal.Common;

/// <summary>History of one run, as fetched or read from a file.</summary>
/// <param name="Id">Workflow id.</param>
/// <param name="Events">Events from the first.</param>
public sealed record WorkflowHistory(string Id, IReadOnlyList<HistoryEvent> Events)
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithIndentation());
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>Protobuf JSON, as the command line tools and the other SDKs read it.</summary>
    public string ToJson() => Formatter.Format(new History { Events = { Events } });

    /// <summary>Reads protobuf JSON: that of <see cref="ToJson"/>, of the command line tools, or of the console (short enum names are understood too).</summary>
    /// <exception cref="ArgumentException">The text is no history.</exception>
    public static WorkflowHistory FromJson(string workflowId, string json)
    {
        try
        {
            var root = JsonNode.Parse(json) ?? throw new ArgumentException("The history is empty.", nameof(json));
            HistoryJson.CompleteEnumNames(root);
            return new(workflowId, Parser.Parse<History>(root.ToJsonString()).Events);
        }
        catch (Exception e) when (e is JsonException or InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new ArgumentException($"The text is no workflow history in protobuf JSON: {e.Message}", nameof(json), e);
        }
    }

    /// <summary>Reads the binary form of the protocol's <c>History</c> message.</summary>
    /// <exception cref="ArgumentException">The bytes are no history.</exception>
    public static WorkflowHistory FromProto(string workflowId, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return new(workflowId, History.Parser.ParseFrom(bytes).Events);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new ArgumentException($"The bytes are no workflow history: {e.Message}", nameof(bytes), e);
        }
    }

    /// <summary>Id and length; events may hold secrets.</summary>
    public override string ToString() => $"{Id} ({Events.Count} events)";
}
