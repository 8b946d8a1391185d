using System.Text.Json.Serialization;

namespace Mandate.Stateful;

/// <summary>What the query <c>apiTokenTree</c> answers: a workflow's token, and its direct children.</summary>
/// <param name="Token">The workflow's token.</param>
/// <param name="ApiUrl">The API it calls; null when it has none.</param>
/// <param name="Policy">What it gets of its parent's token.</param>
/// <param name="Children">Its direct children that have not ended.</param>
public sealed record ApiTokenTree(
    [property: JsonPropertyName("token")] ApiTokenInfo Token,
    [property: JsonPropertyName("apiUrl")] string? ApiUrl,
    [property: JsonPropertyName("policy")] ApiTokenPolicy Policy,
    [property: JsonPropertyName("children")] IReadOnlyList<ApiTokenChild> Children);
