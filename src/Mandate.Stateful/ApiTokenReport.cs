using System.Text.Json.Serialization;

namespace Mandate.Stateful;

/// <summary>What became of a rotation or revocation, level by level below the workflow that was asked.</summary>
/// <param name="Token">The token the workflow has now.</param>
/// <param name="Levels">Level 1 is the workflow's own children.</param>
public sealed record ApiTokenReport(
    [property: JsonPropertyName("token")] ApiTokenInfo Token,
    [property: JsonPropertyName("levels")] IReadOnlyList<ApiTokenLevel> Levels);
