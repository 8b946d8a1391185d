using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Mandate.Audit.Canonical;

/// <summary>Writes length-prefixed fields: four bytes of length, big-endian, then the bytes.</summary>
internal static class CanonicalWriter
{
    /// <summary>Refuses lone surrogates instead of replacing them: replacement would give two different texts the same bytes.</summary>
    public static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void WriteField(this IBufferWriter<byte> writer, ReadOnlySpan<byte> bytes)
    {
        writer.WriteUInt32((uint)bytes.Length);
        writer.Write(bytes);
    }

    public static void WriteField(this IBufferWriter<byte> writer, long value)
    {
        writer.WriteUInt32(sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(writer.GetSpan(sizeof(long)), value);
        writer.Advance(sizeof(long));
    }

    public static void WriteField(this IBufferWriter<byte> writer, Guid value)
    {
        writer.WriteUInt32(16);
        value.TryWriteBytes(writer.GetSpan(16), bigEndian: true, out var written);
        writer.Advance(written);
    }

    public static void WriteUInt32(this IBufferWriter<byte> writer, uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(writer.GetSpan(sizeof(uint)), value);
        writer.Advance(sizeof(uint));
    }
}
