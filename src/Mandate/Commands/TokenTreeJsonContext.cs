using System.Text.Json.Serialization;

namespace Mandate.Commands;

/// <summary>Generated JSON of token trees. Each level of a tree is two of JSON.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 4_096)]
[JsonSerializable(typeof(TokenNode))]
internal sealed partial class TokenTreeJsonContext : JsonSerializerContext;
