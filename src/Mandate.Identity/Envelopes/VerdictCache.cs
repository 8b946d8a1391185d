using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Mandate.Identity.Envelopes;

/// <summary>
/// Statements whose signature was found good, by the SHA-256 of their text, so that replay and every activity of a run cost a hash instead of a signature. Two generations: when the
/// young one is full the old one is dropped, so memory is bounded and what is in use stays. Bad ones are not kept: they would let anybody push out good ones.
/// </summary>
internal sealed class VerdictCache(int capacity)
{
    private readonly Lock _gate = new();
    private Generations _generations = new(0, [], []);

    public Statement? Find(string text, long keysVersion)
    {
        var generations = _generations;
        if (generations.KeysVersion != keysVersion)
            return null;
        var hash = Hash(text);
        if (generations.Young.TryGetValue(hash, out var statement))
            return statement;
        if (!generations.Old.TryGetValue(hash, out statement))
            return null;
        Add(hash, statement, keysVersion);
        return statement;
    }

    public void Add(string text, Statement statement, long keysVersion) => Add(Hash(text), statement, keysVersion);

    private void Add(UInt256 hash, Statement statement, long keysVersion)
    {
        lock (_gate)
        {
            if (_generations.KeysVersion < keysVersion)
                _generations = new(keysVersion, [], []);
            else if (_generations.KeysVersion > keysVersion)
                return;
            if (_generations.Young.Count >= capacity / 2)
                _generations = new(keysVersion, [], _generations.Young);
            _generations.Young[hash] = statement;
        }
    }

    private static UInt256 Hash(string text)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return new(BitConverter.ToUInt64(hash, 0), BitConverter.ToUInt64(hash, 8), BitConverter.ToUInt64(hash, 16), BitConverter.ToUInt64(hash, 24));
    }

    private sealed record Generations(long KeysVersion, ConcurrentDictionary<UInt256, Statement> Young, ConcurrentDictionary<UInt256, Statement> Old);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct UInt256(ulong A, ulong B, ulong C, ulong D);
}
