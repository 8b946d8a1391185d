using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Collections.ObjectModel;
using System.Text;

namespace Mandate.Audit.Canonical;

/// <summary>
/// Named values as bytes: their count, then name and value of each, length-prefixed, in ascending order of the names' UTF-8 bytes. The same
/// bytes are stored, so nothing of a stored map can change without changing what is hashed.
/// </summary>
internal static class CanonicalMap
{
    /// <summary>Checks and orders a map.</summary>
    /// <exception cref="AuditEntryException">It is beyond the limits.</exception>
    public static Measured Measure(IReadOnlyDictionary<string, string> values, string field)
    {
        if (values.Count > AuditLimits.Values)
            throw new AuditEntryException($"The {field} of an audit entry has {values.Count} values; at most {AuditLimits.Values} are recorded.");

        var pairs = values.Count == 0 ? [] : new KeyValuePair<string, string>[values.Count];
        var size = sizeof(uint);
        var at = 0;
        foreach (var pair in values)
        {
            CanonicalText.Checked(pair.Key, $"a name in {field}", 1, AuditLimits.Key);
            CanonicalText.Checked(pair.Value, $"a value in {field}", 0, AuditLimits.Value);
            size += 2 * sizeof(uint) + Encoding.UTF8.GetByteCount(pair.Key) + Encoding.UTF8.GetByteCount(pair.Value);
            pairs[at++] = pair;
        }

        if (size > AuditLimits.Map)
            throw new AuditEntryException($"The {field} of an audit entry has {size} bytes; at most {AuditLimits.Map} are recorded.");
        Array.Sort(pairs, static (a, b) => CompareUtf8(a.Key, b.Key));
        return new(pairs, size);
    }

    /// <summary>Writes length and bytes of a map and moves on.</summary>
    public static void Write(ref Span<byte> destination, Measured map)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)map.Bytes);
        BinaryPrimitives.WriteUInt32BigEndian(destination[sizeof(uint)..], (uint)map.Pairs.Length);
        destination = destination[(2 * sizeof(uint))..];
        foreach (var (key, value) in map.Pairs)
        {
            CanonicalText.Write(ref destination, key);
            CanonicalText.Write(ref destination, value);
        }
    }

    /// <summary>Reads a map back; null when the bytes are not exactly what <see cref="Write"/> writes.</summary>
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

    public static bool TryReadField(scoped ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> field)
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

    /// <summary>The order of UTF-8 bytes, which is that of code points; UTF-16 units differ from it where surrogates meet U+E000 and above.</summary>
    private static int CompareUtf8(string a, string b)
    {
        var common = a.AsSpan().CommonPrefixLength(b);
        if (common == a.Length || common == b.Length)
            return a.Length - b.Length;
        var (x, y) = (a[common], b[common]);
        return char.IsSurrogate(x) == char.IsSurrogate(y) ? x - y : char.IsSurrogate(x) ? 1 : -1;
    }

    /// <summary>A map that may be recorded.</summary>
    /// <param name="Pairs">Names and values, in the order they are written.</param>
    /// <param name="Bytes">How many bytes they take, without the length before them.</param>
    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
    internal readonly record struct Measured(KeyValuePair<string, string>[] Pairs, int Bytes);
}
