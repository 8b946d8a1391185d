using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Protocol.Conversion;

/// <summary>Metadata keys that every SDK understands.</summary>
internal static class PayloadMetadata
{
    /// <summary>Names the encoding of the data.</summary>
    public const string Encoding = "encoding";

    /// <summary>Full name of the Protobuf message, for the two Protobuf encodings.</summary>
    public const string MessageType = "messageType";

    /// <summary>The encoding, or null where the payload names none.</summary>
    public static string? EncodingOf(Payload payload) => payload.Metadata.TryGetValue(Encoding, out var encoding) ? encoding.ToStringUtf8() : null;

    /// <summary>A payload over <paramref name="data"/>; the array belongs to the payload from here on.</summary>
    public static Payload Create(ByteString encoding, byte[] data) => new() { Metadata = { [Encoding] = encoding }, Data = UnsafeByteOperations.UnsafeWrap(data) };
}
