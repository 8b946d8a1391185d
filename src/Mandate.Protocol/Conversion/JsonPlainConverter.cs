using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Protocol.Conversion;

/// <summary>Encoding <c>json/plain</c>: any other value as JSON, by <see cref="JsonSerializer"/>.</summary>
public sealed class JsonPlainConverter : IEncodingConverter
{
    private static readonly ByteString EncodingBytes = ByteString.CopyFromUtf8("json/plain");
    private readonly JsonSerializerOptions _options;

    /// <summary>Creates the converter.</summary>
    /// <param name="options">How values are written. Null is the serializer's default: member names as declared.</param>
    public JsonPlainConverter(JsonSerializerOptions? options = null) => _options = options ?? JsonSerializerOptions.Default;

    /// <inheritdoc/>
    public string Encoding => "json/plain";

    /// <inheritdoc/>
    public bool TryToPayload(object? value, [NotNullWhen(true)] out Payload? payload)
    {
        try
        {
            payload = PayloadMetadata.Create(EncodingBytes, JsonSerializer.SerializeToUtf8Bytes(value, value?.GetType() ?? typeof(object), _options));
            return true;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new PayloadConversionException($"A value of type {value?.GetType()} cannot be written as JSON.", e);
        }
    }

    /// <inheritdoc/>
    public object? ToValue(Payload payload, Type type)
    {
        try
        {
            return JsonSerializer.Deserialize(payload.Data.Span, type, _options);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new PayloadConversionException($"The payload's JSON (json/plain) does not fit {type}.", e);
        }
    }
}
