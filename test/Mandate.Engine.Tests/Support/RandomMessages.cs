using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Mandate.Engine.Tests.Support;

/// <summary>Messages with random fields, drawn from values that lead somewhere as well as from nonsense.</summary>
internal static class RandomMessages
{
    private static readonly string[] Texts = ["", "default", "default", "default", "order", "order", "other", "orders", "nowhere", "x", new string('y', 1_500), "\u0000\uFFFD", "019cb8b8-25d0-700f-9386-77b7d3207376", "WorkflowId = 'order'", "* * * * *"];

    public static IMessage Create(MessageDescriptor type, Random random, ByteString token, int depth = 0)
    {
        var message = (IMessage)Activator.CreateInstance(type.ClrType)!;
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            if (field.Name == "namespace" && !field.IsRepeated)
            {
                field.Accessor.SetValue(message, random.Next(10) == 0 ? "nowhere" : "default");
                continue;
            }

            if (random.Next(3) == 0 || depth > 5 || (field.FieldType == FieldType.Message && field.MessageType.File.Name.EndsWith("wrappers.proto", StringComparison.Ordinal)))
                continue;
            if (field.IsMap)
                continue;
            if (field.IsRepeated)
            {
                var list = (System.Collections.IList)field.Accessor.GetValue(message);
                for (var i = random.Next(3); i > 0; i--)
                    list.Add(Value(field, random, token, depth));
            }
            else
            {
                field.Accessor.SetValue(message, Value(field, random, token, depth));
            }
        }

        return message;
    }

    /// <summary>The same message with one byte changed; null when it can no longer be parsed.</summary>
    public static IMessage? TryFlip(IMessage message, MessageParser parser, Random random)
    {
        var bytes = message.ToByteArray();
        if (bytes.Length == 0)
            return null;
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static object Value(FieldDescriptor field, Random random, ByteString token, int depth) => field.FieldType switch
    {
        FieldType.String => Texts[random.Next(Texts.Length)],
        FieldType.Bytes => random.Next(3) switch { 0 => ByteString.Empty, 1 => token, _ => ByteString.CopyFrom(Bytes(random)) },
        FieldType.Bool => random.Next(2) == 0,
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => random.Next(4) switch { 0 => int.MinValue, 1 => int.MaxValue, 2 => 0, _ => random.Next(-5, 50) },
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => random.Next(4) switch { 0 => long.MinValue, 1 => long.MaxValue, 2 => 0L, _ => random.Next(-5, 50) },
        FieldType.UInt32 or FieldType.Fixed32 => (uint)random.Next(),
        FieldType.UInt64 or FieldType.Fixed64 => (ulong)random.NextInt64(),
        FieldType.Float => random.Next(3) == 0 ? float.NaN : (float)random.NextDouble(),
        FieldType.Double => random.Next(3) == 0 ? double.NaN : random.NextDouble() * 10,
        FieldType.Enum => System.Enum.ToObject(field.EnumType.ClrType, random.Next(4) == 0 ? random.Next(-3, 200) : field.EnumType.Values[random.Next(field.EnumType.Values.Count)].Number),
        _ => Create(field.MessageType, random, token, depth + 1),
    };

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[random.Next(64)];
        random.NextBytes(bytes);
        return bytes;
    }
}
