using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Mandate.Audit.Canonical;

/// <summary>
/// Canonical bytes of an event: the version byte, then fifteen length-prefixed fields in this order: 1 sequence, 2 event id, 3 time, 4 tenant,
/// 5 type, 6 action, 7 result, 8 resource type, 9 resource id, 10 actor type, 11 actor id, 12 actor address, 13 context, 14 metadata,
/// 15 previous hash. Described for others in <c>docs/audit-format.md</c>.
/// </summary>
/// <remarks>
/// The first three fields and the last have fixed sizes, so their places are known without reading what lies between. The hash is the RFC 6962 leaf hash of these bytes, so the
/// chain's links are the Merkle tree's leaves and each event is hashed once for both. Version 1 differs in its hash alone, which has no leaf prefix.
/// </remarks>
internal static class CanonicalEvent
{
    public const byte Version = 2;

    /// <summary>The version whose hash is that of the bytes alone.</summary>
    public const byte UnprefixedVersion = 1;

    public const int SequenceOffset = 1 + sizeof(uint);

    public const int IdOffset = SequenceOffset + sizeof(long) + sizeof(uint);

    public const int TimeOffset = IdOffset + 16 + sizeof(uint);

    /// <summary>Size of version and fields 1 to 3.</summary>
    public const int StartSize = TimeOffset + sizeof(long);

    /// <summary>Size of field 15.</summary>
    public const int EndSize = sizeof(uint) + AuditHash.Size;

    /// <summary>Size of an event whose texts and maps are empty; more than the 65 bytes of an inner node of the tree, so the two cannot be confused.</summary>
    public const int MinimumSize = StartSize + 9 * sizeof(uint) + 2 * 2 * sizeof(uint) + EndSize;

    /// <summary>Whether the bytes have the fixed parts of an event of a known version.</summary>
    public static bool HasForm(ReadOnlySpan<byte> canonical) =>
        canonical.Length >= MinimumSize
        && canonical[0] is Version or UnprefixedVersion
        && BinaryPrimitives.ReadUInt32BigEndian(canonical[1..]) == sizeof(long)
        && BinaryPrimitives.ReadUInt32BigEndian(canonical[(IdOffset - sizeof(uint))..]) == 16
        && BinaryPrimitives.ReadUInt32BigEndian(canonical[(TimeOffset - sizeof(uint))..]) == sizeof(long)
        && BinaryPrimitives.ReadUInt32BigEndian(canonical[^EndSize..]) == AuditHash.Size;

    public static long Sequence(ReadOnlySpan<byte> canonical) => BinaryPrimitives.ReadInt64BigEndian(canonical[SequenceOffset..]);

    public static long Time(ReadOnlySpan<byte> canonical) => BinaryPrimitives.ReadInt64BigEndian(canonical[TimeOffset..]);

    public static ReadOnlySpan<byte> PreviousHash(ReadOnlySpan<byte> canonical) => canonical[^AuditHash.Size..];

    /// <summary>Whether field 4 is this tenant.</summary>
    public static bool IsOf(ReadOnlySpan<byte> canonical, ReadOnlySpan<byte> tenant) =>
        BinaryPrimitives.ReadUInt32BigEndian(canonical[StartSize..]) == tenant.Length
        && canonical[(StartSize + sizeof(uint))..].StartsWith(tenant);

    /// <summary>Hash of canonical bytes of either version.</summary>
    public static AuditHash Hash(ReadOnlySpan<byte> canonical)
    {
        using var hasher = new EventHasher();
        return hasher.Hash(canonical);
    }
}
