using System.Text.Json.Serialization;

namespace Mandate.Stateful;

/// <summary>What a parent adds to <see cref="ApiTokenMessage"/> for its child.</summary>
/// <param name="Revision">How often the parent's token has changed; what comes late is told by it.</param>
/// <param name="AcknowledgeWithinMs">How long the parent waits to hear that the child and all below it have it, in milliseconds; null when it does not.</param>
public sealed record ApiTokenHop(
    [property: JsonPropertyName("revision")] long Revision,
    [property: JsonPropertyName("acknowledgeWithinMs")] [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? AcknowledgeWithinMs)
{
    /// <summary>When the parent sent it, UTC; for traces alone.</summary>
    [JsonPropertyName("sentAt")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? SentAt { get; init; }
}
