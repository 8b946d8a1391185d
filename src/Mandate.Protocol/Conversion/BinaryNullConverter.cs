using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Protocol.Conversion;

/// <summary>Encoding <c>binary/null</c>: null, without data.</summary>
public sealed class BinaryNullConverter : IEncodingConverter
{
    private static readonly ByteString EncodingBytes = ByteString.CopyFromUtf8("binary/null");

    /// <inheritdoc/>
    public string Encoding => "binary/null";

    /// <inheritdoc/>
    public bool TryToPayload(object? value, [NotNullWhen(true)] out Payload? payload)
    {
        payload = value is null ? new Payload { Metadata = { [PayloadMetadata.Encoding] = EncodingBytes } } : null;
        return payload is not null;
    }

    /// <inheritdoc/>
    public object? ToValue(Payload payload, Type type) =>
        type.IsValueType && Nullable.GetUnderlyingType(type) is null
            ? throw new PayloadConversionException($"The payload is null, which {type} cannot hold: declare the parameter or result as {type.Name}?.")
            : null;
}
