using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Mandate.Protocol.Conversion;

/// <summary>Encoding <c>binary/protobuf</c>: Protobuf messages in their binary form.</summary>
/// <remarks>The default chain writes messages as JSON; this one then reads what SDKs write that prefer the binary form.</remarks>
public sealed class BinaryProtoConverter : ProtobufConverter
{
    /// <summary>Creates the converter.</summary>
    public BinaryProtoConverter()
        : base("binary/protobuf")
    {
    }

    private protected override ByteString Write(IMessage message) => message.ToByteString();

    private protected override IMessage Read(ByteString data, MessageDescriptor descriptor) => descriptor.Parser.ParseFrom(data);
}
