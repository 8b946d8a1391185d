using System.Text.Json.Serialization;

namespace Mandate.Stateful.Tree;

/// <summary>
/// Argument of the signal <see cref="StatefulNames.Child"/>: what a child tells its parent of its own runs. The server tells a parent's run of the children that this very run has started,
/// and one that continues it of none.
/// </summary>
internal sealed record ChildNews
{
    /// <summary>Workflow id of the child.</summary>
    [JsonPropertyName("child")]
    public required string Child { get; init; }

    /// <summary>First run of its chain of runs.</summary>
    [JsonPropertyName("firstRun")]
    public required string FirstRun { get; init; }

    /// <summary>Its present run.</summary>
    [JsonPropertyName("run")]
    public required string Run { get; init; }

    /// <summary>Whether it ends, for good.</summary>
    [JsonPropertyName("ended")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HasEnded { get; init; }

    /// <summary>Whether the run repeats one that failed, and so knows only what that one was started with.</summary>
    [JsonPropertyName("repeated")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsRepeated { get; init; }
}
