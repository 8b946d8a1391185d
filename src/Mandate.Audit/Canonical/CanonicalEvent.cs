using System.Buffers;

namespace Mandate.Audit.Canonical;

/// <summary>
/// Canonical bytes of an event: the version byte, then fifteen length-prefixed fields in this order: 1 sequence, 2 event id, 3 time, 4 tenant,
/// 5 type, 6 action, 7 result, 8 resource type, 9 resource id, 10 actor type, 11 actor id, 12 actor address, 13 context, 14 metadata,
/// 15 previous hash. Described for others in <c>docs/audit-format.md</c>.
/// </summary>
internal static class CanonicalEvent
{
    public const byte Version = 1;

    /// <summary>Version and fields 1 to 3.</summary>
    public static void WriteStart(IBufferWriter<byte> writer, long sequence, Guid id, long microseconds)
    {
        writer.Write([Version]);
        writer.WriteField(sequence);
        writer.WriteField(id);
        writer.WriteField(microseconds);
    }

    public static void Write(IBufferWriter<byte> writer, AuditHead previous, Guid id, long microseconds, CanonicalEntry entry)
    {
        WriteStart(writer, previous.Sequence + 1, id, microseconds);
        writer.Write(entry.Body.Span);
        WriteEnd(writer, previous.Hash);
    }

    /// <summary>Field 15.</summary>
    public static void WriteEnd(IBufferWriter<byte> writer, AuditHash previous)
    {
        Span<byte> bytes = stackalloc byte[AuditHash.Size];
        previous.CopyTo(bytes);
        writer.WriteField(bytes);
    }
}
