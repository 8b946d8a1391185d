using System.Text.Json.Serialization;

namespace Mandate.Stateful.Tree;

/// <summary>Argument of the signal <see cref="StatefulNames.Acknowledged"/>: a child, and all below it, have what the parent sent.</summary>
internal sealed record Acknowledgement
{
    /// <summary>Workflow id of the child.</summary>
    [JsonPropertyName("child")]
    public required string Child { get; init; }

    /// <summary>The parent's revision that it answers.</summary>
    [JsonPropertyName("revision")]
    public required long Revision { get; init; }

    /// <summary>Whether the child keeps a token of its own instead.</summary>
    [JsonPropertyName("keepsOwn")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool KeepsOwn { get; init; }

    /// <summary>Counts below the child, its own children first.</summary>
    [JsonPropertyName("levels")]
    public IReadOnlyList<LevelCounts> Levels { get; init; } = [];
}
