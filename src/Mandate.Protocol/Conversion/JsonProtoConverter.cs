using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Mandate.Protocol.Conversion;

/// <summary>Encoding <c>json/protobuf</c>: Protobuf messages in the Protobuf JSON mapping. Unknown fields are ignored, as all SDKs do.</summary>
public sealed class JsonProtoConverter : ProtobufConverter
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>Creates the converter.</summary>
    public JsonProtoConverter()
        : base("json/protobuf")
    {
    }

    private protected override ByteString Write(IMessage message) => ByteString.CopyFromUtf8(JsonFormatter.Default.Format(message));

    private protected override IMessage Read(ByteString data, MessageDescriptor descriptor) => Parser.Parse(data.ToStringUtf8(), descriptor);
}
