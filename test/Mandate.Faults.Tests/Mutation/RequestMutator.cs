using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Mandate.Faults.Tests.Mutation;

/// <summary>Makes requests wrong: a field somewhere in the tree gets a value nobody should send, or bits of the serialised form flip.</summary>
internal sealed class RequestMutator(RequestGenerator generator)
{
    private static readonly long[] Numbers = [0, -1, 1, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 253_402_300_800, -62_135_596_801, 1L << 40];

    private static readonly string[] Texts = ["", "\0", "'; DROP TABLE runs; --", "../../etc/passwd", "temporal-sys-x", "/_sys/x/1", "%00%n%s", "🙂\u202e", "__temporal_x", "00000000-0000-0000-0000-000000000000"];

    /// <summary>A valid-looking request, made wrong in one to four places.</summary>
    public IMessage Create(MessageDescriptor type, Random random)
    {
        var message = generator.Create(type, random);
        // One in ten stays right, so that there is state for the others to meet.
        var changes = random.Next(10) == 0 ? 0 : random.Next(1, 5);
        for (var i = 0; i < changes; i++)
            Change(message, random);
        return random.Next(4) == 0 ? Flip(message, random) : message;
    }

    /// <summary>The serialised request with some bits flipped, bytes cut or inserted; it need not parse any more.</summary>
    public static byte[] Damage(IMessage message, Random random)
    {
        var bytes = message.ToByteArray().ToList();
        for (var i = random.Next(1, 9); i > 0 && bytes.Count > 0; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(8))
            {
                case 0:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 1:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                default:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>The message read from its damaged form; itself when that cannot be read.</summary>
    private static IMessage Flip(IMessage message, Random random)
    {
        try
        {
            return message.Descriptor.Parser.ParseFrom(Damage(message, random));
        }
        catch (InvalidProtocolBufferException)
        {
            return message;
        }
    }

    private void Change(IMessage root, Random random)
    {
        var messages = new List<IMessage>();
        Collect(root, messages);
        var message = messages[random.Next(messages.Count)];
        var fields = message.Descriptor.Fields.InDeclarationOrder();
        if (fields.Count == 0)
            return;
        var field = fields[random.Next(fields.Count)];
        switch (random.Next(6))
        {
            case 0:
                field.Accessor.Clear(message);
                break;
            case 1:
                generator.Set(message, field, random, depth: 1);
                break;
            default:
                Spoil(message, field, random);
                break;
        }
    }

    private static void Spoil(IMessage message, FieldDescriptor field, Random random)
    {
        if (field.IsMap)
        {
            SpoilMap(field, (IDictionary)field.Accessor.GetValue(message), random);
        }
        else if (field.IsRepeated)
        {
            var list = (IList)field.Accessor.GetValue(message);
            if (list.Count > 0 && random.Next(2) == 0)
                list.Add(list[random.Next(list.Count)]);
            else if (Bad(field, random) is { } item)
                list.Add(item);
        }
        else if (Bad(field, random) is { } value)
        {
            field.Accessor.SetValue(message, value);
        }
    }

    private static void SpoilMap(FieldDescriptor field, IDictionary map, Random random)
    {
        var (key, value) = (field.MessageType.FindFieldByNumber(1), field.MessageType.FindFieldByNumber(2));
        for (var i = random.Next(1, 20); i > 0; i--)
        {
            if (Bad(key, random) is { } k && Bad(value, random) is { } v)
                map[k] = v;
        }
    }

    private static object? Bad(FieldDescriptor field, Random random)
    {
        var number = Numbers[random.Next(Numbers.Length)];
        return field.FieldType switch
        {
            FieldType.Message or FieldType.Group => BadMessage(field.MessageType, random, number),
            FieldType.Enum => System.Enum.ToObject(field.EnumType.ClrType, unchecked((int)number + random.Next(3))),
            FieldType.String => random.Next(12) == 0 ? new string('x', random.Next(1, 80_000)) : Texts[random.Next(Texts.Length)],
            FieldType.Bytes => BadBytes(random),
            FieldType.Bool => random.Next(2) == 0,
            FieldType.Double => random.Next(3) switch { 0 => double.NaN, 1 => double.NegativeInfinity, _ => (double)number },
            FieldType.Float => random.Next(3) switch { 0 => float.NaN, 1 => float.PositiveInfinity, _ => (float)number },
            FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => unchecked((int)number),
            FieldType.UInt32 or FieldType.Fixed32 => unchecked((uint)number),
            FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => number,
            _ => unchecked((ulong)number),
        };
    }

    private static object? BadMessage(MessageDescriptor type, Random random, long number)
    {
        if (type.ClrType == typeof(Duration))
            return new Duration { Seconds = number, Nanos = random.Next(3) switch { 0 => int.MinValue, 1 => 999_999_999, _ => 0 } };
        if (type.ClrType == typeof(Timestamp))
            return new Timestamp { Seconds = number, Nanos = random.Next(3) switch { 0 => int.MaxValue, 1 => -1, _ => 0 } };
        return type.File.Package == "google.protobuf" ? null : type.Parser.ParseFrom(ByteString.Empty);
    }

    private static ByteString BadBytes(Random random)
    {
        var bytes = new byte[random.Next(20) == 0 ? 80_000 : random.Next(60)];
        random.NextBytes(bytes);
        return ByteString.CopyFrom(bytes);
    }

    private static void Collect(IMessage message, List<IMessage> into)
    {
        into.Add(message);
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.FieldType != FieldType.Message || field.IsMap)
                continue;
            if (field.Accessor.GetValue(message) is IMessage nested)
            {
                Collect(nested, into);
            }
            else if (field.IsRepeated)
            {
                foreach (var item in ((IList)field.Accessor.GetValue(message)).OfType<IMessage>())
                    Collect(item, into);
            }
        }
    }
}
