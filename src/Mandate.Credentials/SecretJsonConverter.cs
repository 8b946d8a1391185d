using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mandate.Credentials;

/// <summary>Reads a secret from a JSON text; writes it as <c>[secret]</c>.</summary>
internal sealed class SecretJsonConverter : JsonConverter<Secret>
{
    public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String && reader.GetString() is { Length: > 0 } value
            ? new(value)
            : throw new JsonException("A secret must be a text that is not empty.");

    public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue(Redaction.Text);
}
