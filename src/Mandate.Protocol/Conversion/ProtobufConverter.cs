using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Protocol.Conversion;

/// <summary>What the two Protobuf encodings share: the <c>messageType</c> metadata and finding a message's descriptor.</summary>
public abstract class ProtobufConverter : IEncodingConverter
{
    private static readonly ConcurrentDictionary<Type, MessageDescriptor?> Descriptors = new();
    private readonly ByteString _encoding;

    private protected ProtobufConverter(string encoding)
    {
        Encoding = encoding;
        _encoding = ByteString.CopyFromUtf8(encoding);
    }

    /// <inheritdoc/>
    public string Encoding { get; }

    /// <inheritdoc/>
    public bool TryToPayload(object? value, [NotNullWhen(true)] out Payload? payload)
    {
        payload = null;
        if (value is not IMessage message)
            return false;
        payload = new Payload
        {
            Metadata = { [PayloadMetadata.Encoding] = _encoding, [PayloadMetadata.MessageType] = ByteString.CopyFromUtf8(message.Descriptor.FullName) },
            Data = Write(message),
        };
        return true;
    }

    /// <inheritdoc/>
    public object? ToValue(Payload payload, Type type)
    {
        var descriptor = Descriptors.GetOrAdd(type, FindDescriptor)
            ?? throw new PayloadConversionException(
                $"The payload holds the Protobuf message {MessageTypeOf(payload)} ({Encoding}), but {type} is no generated Protobuf message class.");
        try
        {
            return Read(payload.Data, descriptor);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new PayloadConversionException($"The payload ({Encoding}, message {MessageTypeOf(payload)}) is no valid {descriptor.FullName}.", e);
        }
    }

    private protected abstract ByteString Write(IMessage message);

    private protected abstract IMessage Read(ByteString data, MessageDescriptor descriptor);

    private static string MessageTypeOf(Payload payload) =>
        payload.Metadata.TryGetValue(PayloadMetadata.MessageType, out var name) ? name.ToStringUtf8() : "of unnamed type";

    private static MessageDescriptor? FindDescriptor(Type type) =>
        typeof(IMessage).IsAssignableFrom(type)
            ? type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) as MessageDescriptor
            : null;
}
