using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Stateful.Scanning;

/// <summary>Reads Protobuf messages: every text, every payload, and the fields that a newer server has and we do not know.</summary>
internal static class MessageTexts
{
    private const int Deepest = 64;

    public static void Read(IMessage message, string path, Reading reading)
    {
        Walk(message, path, reading, 0);
        UnknownFields.Read(message.ToByteArray(), message.Descriptor, path, reading);
    }

    private static void Walk(IMessage message, string path, Reading reading, int depth)
    {
        if (depth > Deepest)
            return;
        if (message is Payload payload)
        {
            PayloadTexts.Read(payload, path, reading);
            return;
        }

        if (message is Any any)
        {
            reading.Text(path, Encoding.Latin1.GetString(any.Value.Span));
            return;
        }

        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var name = path.Length == 0 ? field.JsonName : $"{path}.{field.JsonName}";
            var value = field.Accessor.GetValue(message);
            if (field.IsMap && value is System.Collections.IDictionary map)
            {
                foreach (System.Collections.DictionaryEntry entry in map)
                {
                    reading.Text($"{name}[{entry.Key}]", entry.Key.ToString()!);
                    Visit(entry.Value, $"{name}[{entry.Key}]", reading, depth);
                }
            }
            else if (field.IsRepeated && value is System.Collections.IList list)
            {
                for (var i = 0; i < list.Count; i++)
                    Visit(list[i], $"{name}[{i}]", reading, depth);
            }
            else
            {
                Visit(value, name, reading, depth);
            }
        }
    }

    private static void Visit(object? value, string path, Reading reading, int depth)
    {
        switch (value)
        {
            case string text:
                reading.Text(path, text);
                break;
            case ByteString { IsEmpty: false } bytes:
                reading.Text(path, bytes.ToStringUtf8());
                break;
            case IMessage inner:
                Walk(inner, path, reading, depth + 1);
                break;
            default:
                break;
        }
    }
}
