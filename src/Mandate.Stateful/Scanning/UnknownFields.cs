using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Mandate.Stateful.Scanning;

/// <summary>
/// Reads the fields of a message that its descriptor does not have, as a newer server sends them. What they mean is not known: bytes in them are read as text, and, where they can be a
/// message, as one.
/// </summary>
internal static class UnknownFields
{
    private const int Deepest = 64;

    public static void Read(ReadOnlySpan<byte> message, MessageDescriptor? descriptor, string path, Reading reading) => Walk(message, descriptor, path, reading, 0);

    /// <summary>Whether the bytes can be a message.</summary>
    private static bool Walk(ReadOnlySpan<byte> message, MessageDescriptor? descriptor, string path, Reading reading, int depth)
    {
        if (depth > Deepest)
            return false;
        try
        {
            using var input = new CodedInputStream(message.ToArray());
            uint tag;
            while ((tag = input.ReadTag()) != 0)
            {
                var number = WireFormat.GetTagFieldNumber(tag);
                if (WireFormat.GetTagWireType(tag) != WireFormat.WireType.LengthDelimited)
                {
                    input.SkipLastField();
                    continue;
                }

                var bytes = input.ReadBytes();
                if (descriptor?.FindFieldByNumber(number) is not { } field)
                    ReadUnknown(bytes, $"{(path.Length == 0 ? "" : path + ".")}(unknown field {number})", reading, depth);
                else if (field.FieldType == FieldType.Message)
                    Walk(bytes.Span, field.MessageType, path.Length == 0 ? field.JsonName : $"{path}.{field.JsonName}", reading, depth + 1);
            }

            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private static void ReadUnknown(ByteString bytes, string path, Reading reading, int depth)
    {
        // Inner texts first: around them stand bytes of length that may hide where they begin.
        var texts = new List<(string, string)>();
        var inner = new Reading((field, text) => texts.Add((field, text)), open: null);
        if (bytes.Length > 0 && Walk(bytes.Span, null, path, inner, depth + 1))
            texts.ForEach(t => reading.Text(t.Item1, t.Item2));
        reading.Text(path, Encoding.UTF8.GetString(bytes.Span));
    }
}
