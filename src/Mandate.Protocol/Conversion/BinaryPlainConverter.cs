using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Protocol.Conversion;

/// <summary>Encoding <c>binary/plain</c>: byte arrays as they are.</summary>
public sealed class BinaryPlainConverter : IEncodingConverter
{
    private static readonly ByteString EncodingBytes = ByteString.CopyFromUtf8("binary/plain");

    /// <inheritdoc/>
    public string Encoding => "binary/plain";

    /// <inheritdoc/>
    public bool TryToPayload(object? value, [NotNullWhen(true)] out Payload? payload)
    {
        // The array stays the caller's and may change after this call, so it is copied.
        payload = value switch
        {
            byte[] bytes => PayloadMetadata.Create(EncodingBytes, bytes.AsSpan().ToArray()),
            ReadOnlyMemory<byte> memory => PayloadMetadata.Create(EncodingBytes, memory.ToArray()),
            _ => null,
        };
        return payload is not null;
    }

    /// <inheritdoc/>
    public object? ToValue(Payload payload, Type type)
    {
        if (type.IsAssignableFrom(typeof(byte[])))
            return payload.Data.ToByteArray();
        if (type == typeof(ReadOnlyMemory<byte>))
            return payload.Data.Memory;
        throw new PayloadConversionException($"The payload holds plain bytes (binary/plain), which become byte[], not {type}.");
    }
}
