using System.Text.Json.Serialization;

namespace Mandate.Stateful;

/// <summary>What became of a rotation at one level of the tree.</summary>
/// <param name="Level">1 for the children of the workflow that was asked.</param>
/// <param name="Delivered">Workflows that have it.</param>
/// <param name="Excluded">Workflows that do not get it: excluded, or with a token of their own. What is below them is not counted.</param>
/// <param name="Gone">Workflows that have ended since the last rotation.</param>
/// <param name="Failed">Workflows that did not acknowledge in time. Their calls use the new token all the same, as soon as they make one.</param>
public sealed record ApiTokenLevel(
    [property: JsonPropertyName("level")] int Level,
    [property: JsonPropertyName("delivered")] int Delivered,
    [property: JsonPropertyName("excluded")] int Excluded,
    [property: JsonPropertyName("gone")] int Gone,
    [property: JsonPropertyName("failed")] int Failed);
