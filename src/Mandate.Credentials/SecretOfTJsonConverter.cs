using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mandate.Credentials;

/// <summary>Writes any <see cref="Secret{T}"/> as <c>[secret]</c>; reading one is not offered.</summary>
internal sealed class SecretOfTJsonConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Secret<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Redacting<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Redacting<T> : JsonConverter<Secret<T>>
        where T : notnull
    {
        public override Secret<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new JsonException("A secret of this kind is not read from JSON.");

        public override void Write(Utf8JsonWriter writer, Secret<T> value, JsonSerializerOptions options) => writer.WriteStringValue(Redaction.Text);
    }
}
