using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Mandate.Identity.Envelopes;

/// <summary>
/// What signed texts say whose signature was found good, by the SHA-256 of the text, so that replay, every activity of a run and every call of a caller cost a hash instead of a signature. Two
/// generations: when the young one is full the old one is dropped, so memory is bounded and what is in use stays. Bad ones are not kept: they would let anybody push out good ones.
/// </summary>
internal sealed class VerdictCache<T>(int capacity)
    where T : class
{
    private readonly Lock _gate = new();
    private Generations _generations = new(0, [], []);

    public T? Find(string text, long keysVersion)
    {
        var generations = _generations;
        if (generations.KeysVersion != keysVersion)
            return null;
        var hash = Hash(text);
        if (generations.Young.TryGetValue(hash, out var known))
            return known;
        if (!generations.Old.TryGetValue(hash, out known))
            return null;
        Add(hash, known, keysVersion);
        return known;
    }

    public void Add(string text, T known, long keysVersion) => Add(Hash(text), known, keysVersion);

    private void Add(UInt256 hash, T known, long keysVersion)
    {
        lock (_gate)
        {
            if (_generations.KeysVersion < keysVersion)
                _generations = new(keysVersion, [], []);
            else if (_generations.KeysVersion > keysVersion)
                return;
            if (_generations.Young.Count >= capacity / 2)
                _generations = new(keysVersion, [], _generations.Young);
            _generations.Young[hash] = known;
        }
    }

    private static UInt256 Hash(string text)
    {
        var length = Encoding.UTF8.GetMaxByteCount(text.Length);
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        Span<UInt256> hash = stackalloc UInt256[1];
        SHA256.HashData(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)), MemoryMarshal.AsBytes(hash));
        ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        return hash[0];
    }

    private sealed record Generations(long KeysVersion, ConcurrentDictionary<UInt256, T> Young, ConcurrentDictionary<UInt256, T> Old);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct UInt256(ulong A, ulong B, ulong C, ulong D);
}
