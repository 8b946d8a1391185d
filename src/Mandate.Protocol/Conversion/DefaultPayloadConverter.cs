using System.Collections.Frozen;
using System.Text.Json;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Protocol.Conversion;

/// <summary>
/// A chain of encodings: a value is written by the first that takes it, a payload is read by the one its <c>encoding</c> metadata names.
/// </summary>
/// <remarks>
/// Encodings and their order are those of the official SDKs, so payloads cross languages:
/// <c>binary/null</c>, <c>binary/plain</c>, <c>json/protobuf</c>, <c>binary/protobuf</c>, <c>json/plain</c>.
/// A <see cref="RawPayload"/> passes untouched.
/// </remarks>
public sealed class DefaultPayloadConverter : IPayloadConverter
{
    private readonly IEncodingConverter[] _chain;
    private readonly FrozenDictionary<string, IEncodingConverter> _byEncoding;

    /// <summary>Creates the default chain.</summary>
    public DefaultPayloadConverter()
        : this(jsonOptions: null)
    {
    }

    /// <summary>Creates the default chain with options for <c>json/plain</c>.</summary>
    /// <param name="jsonOptions">Null for the serializer's default.</param>
    public DefaultPayloadConverter(JsonSerializerOptions? jsonOptions)
        : this(new BinaryNullConverter(), new BinaryPlainConverter(), new JsonProtoConverter(), new BinaryProtoConverter(), new JsonPlainConverter(jsonOptions))
    {
    }

    /// <summary>Creates a chain of its own.</summary>
    /// <exception cref="ArgumentException">Two converters have the same encoding.</exception>
    public DefaultPayloadConverter(params IEncodingConverter[] encodingConverters)
    {
        _chain = [.. encodingConverters];
        if (_chain.GroupBy(c => c.Encoding, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"The encoding {twice.Key} is in the chain {twice.Count()} times.", nameof(encodingConverters));
        _byEncoding = _chain.ToFrozenDictionary(c => c.Encoding, StringComparer.Ordinal);
    }

    /// <summary>The encodings in the order in which they are asked.</summary>
    public IReadOnlyList<IEncodingConverter> EncodingConverters => _chain;

    /// <inheritdoc/>
    public Payload ToPayload(object? value)
    {
        if (value is RawPayload raw)
            return raw.Payload;
        foreach (var converter in _chain)
        {
            if (converter.TryToPayload(value, out var payload))
                return payload;
        }

        throw new PayloadConversionException($"No encoding of the payload converter takes {value?.GetType().ToString() ?? "null"}.");
    }

    /// <inheritdoc/>
    public object? ToValue(Payload payload, Type type)
    {
        if (type == typeof(RawPayload))
            return new RawPayload(payload);
        var encoding = PayloadMetadata.EncodingOf(payload)
            ?? throw new PayloadConversionException($"The payload has no '{PayloadMetadata.Encoding}' metadata, so it cannot be read as {type}.");
        return _byEncoding.TryGetValue(encoding, out var converter)
            ? converter.ToValue(payload, type)
            : throw new PayloadConversionException(
                $"The payload's encoding '{encoding}' is unknown here. If a payload codec wrote it, give this client or worker the same codec.");
    }
}
