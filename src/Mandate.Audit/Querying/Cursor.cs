using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Mandate.Audit.Canonical;

namespace Mandate.Audit.Querying;

/// <summary>
/// The last sequence number of a page, and a fingerprint of tenant, filters and direction, so that a cursor used elsewhere is refused instead of
/// giving a wrong page. It protects nothing: every query reads one tenant's events only, whatever its cursor says.
/// </summary>
internal static class Cursor
{
    private const byte Version = 1;
    private const int FingerprintSize = 8;
    private const int Size = 1 + sizeof(long) + FingerprintSize;

    public static string Write(string tenant, AuditQuery query, long last)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], last);
        Fingerprint(tenant, query).CopyTo(bytes[(1 + sizeof(long))..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <exception cref="AuditCursorException">It is not a cursor of this query.</exception>
    public static long Read(string cursor, string tenant, AuditQuery query)
    {
        Span<byte> bytes = stackalloc byte[Size];
        if (Base64Url.DecodeFromChars(cursor, bytes, out var consumed, out var written) is not OperationStatus.Done
            || consumed != cursor.Length || written != Size || bytes[0] != Version
            || !bytes[(1 + sizeof(long))..].SequenceEqual(Fingerprint(tenant, query)))
        {
            throw new AuditCursorException();
        }

        return BinaryPrimitives.ReadInt64BigEndian(bytes[1..]);
    }

    private static ReadOnlySpan<byte> Fingerprint(string tenant, AuditQuery query)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        string?[] parts =
        [
            tenant, query.Type, query.Action, query.Result?.ToCanonical(), query.ResourceType, query.ResourceId, query.ActorType, query.ActorId, query.Text,
            query.From?.UtcTicks.ToString(CultureInfo.InvariantCulture), query.To?.UtcTicks.ToString(CultureInfo.InvariantCulture),
            query.OldestFirst ? "oldest" : "newest",
        ];
        foreach (var part in parts)
        {
            BinaryPrimitives.WriteInt32BigEndian(length, part?.Length ?? -1);
            hash.AppendData(length);
            hash.AppendData(MemoryMarshal.AsBytes(part.AsSpan()));
        }

        return hash.GetHashAndReset().AsSpan(0, FingerprintSize);
    }
}
