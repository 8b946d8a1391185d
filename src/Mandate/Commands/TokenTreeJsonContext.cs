using System.Text.Json.Serialization;

namespace Mandate.Commands;

/// <summary>Generated JSON of token trees.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TokenNode))]
internal sealed partial class TokenTreeJsonContext : JsonSerializerContext;
