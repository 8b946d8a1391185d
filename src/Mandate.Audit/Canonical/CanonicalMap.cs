using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Collections.ObjectModel;

namespace Mandate.Audit.Canonical;

/// <summary>
/// Named values as bytes: their count, then name and value of each, length-prefixed, in ascending order of the names' UTF-8 bytes. The same
/// bytes are stored, so nothing of a stored map can change without changing what is hashed.
/// </summary>
internal static class CanonicalMap
{
    public static byte[] Encode(IReadOnlyDictionary<string, string> values, string field)
    {
        if (values.Count > AuditLimits.Values)
            throw new AuditEntryException($"The {field} of an audit entry has {values.Count} values; at most {AuditLimits.Values} are recorded.");

        var pairs = new (byte[] Key, byte[] Value)[values.Count];
        var at = 0;
        foreach (var (key, value) in values)
            pairs[at++] = (CanonicalText.Encode(key, $"a name in {field}", 1, AuditLimits.Key), CanonicalText.Encode(value, $"a value in {field}", 0, AuditLimits.Value));
        Array.Sort(pairs, static (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));

        var writer = new ArrayBufferWriter<byte>();
        writer.WriteUInt32((uint)pairs.Length);
        foreach (var (key, value) in pairs)
        {
            writer.WriteField(key);
            writer.WriteField(value);
        }

        return writer.WrittenCount <= AuditLimits.Map
            ? writer.WrittenSpan.ToArray()
            : throw new AuditEntryException($"The {field} of an audit entry has {writer.WrittenCount} bytes; at most {AuditLimits.Map} are recorded.");
    }

    /// <summary>Reads a map back; null when the bytes are not exactly what <see cref="Encode"/> writes.</summary>
    public static IReadOnlyDictionary<string, string>? Decode(ReadOnlySpan<byte> bytes)
    {
        if (!TryReadUInt32(ref bytes, out var count) || count > AuditLimits.Values)
            return null;
        if (count == 0)
            return bytes.IsEmpty ? FrozenDictionary<string, string>.Empty : null;

        var values = new Dictionary<string, string>((int)count, StringComparer.Ordinal);
        ReadOnlySpan<byte> last = default;
        for (var i = 0; i < count; i++)
        {
            if (!TryReadField(ref bytes, out var key) || !TryReadField(ref bytes, out var value))
                return null;
            if (i > 0 && last.SequenceCompareTo(key) >= 0)
                return null;
            if (CanonicalText.Decode(key) is not { } name || CanonicalText.Decode(value) is not { } text)
                return null;
            values.Add(name, text);
            last = key;
        }

        return bytes.IsEmpty ? new ReadOnlyDictionary<string, string>(values) : null;
    }

    private static bool TryReadField(scoped ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> field)
    {
        field = default;
        if (!TryReadUInt32(ref bytes, out var length) || length > bytes.Length)
            return false;
        field = bytes[..(int)length];
        bytes = bytes[(int)length..];
        return true;
    }

    private static bool TryReadUInt32(scoped ref ReadOnlySpan<byte> bytes, out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(bytes, out value))
            return false;
        bytes = bytes[sizeof(uint)..];
        return true;
    }
}
