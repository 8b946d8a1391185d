using System.Runtime.InteropServices;
using Mandate.Audit.Canonical;

namespace Mandate.Audit.Merkle;

/// <summary>
/// The fewest whole subtrees that cover the leaves from a start on: all of a Merkle tree that is needed to go on adding leaves and to know its root (RFC 6962, section 2.1).
/// Ranges that follow one another can be computed apart and joined.
/// </summary>
internal sealed class CompactRange
{
    private readonly List<Subtree> _subtrees;
    private readonly Action<int, long, AuditHash>? _completed;

    /// <param name="start">Index of the first leaf, from 0.</param>
    /// <param name="completed">Told level, number in the level and hash of each subtree that becomes whole; leaves are not told.</param>
    public CompactRange(long start = 0, Action<int, long, AuditHash>? completed = null)
    {
        (Start, End) = (start, start);
        _subtrees = [];
        _completed = completed;
    }

    private CompactRange(long start, long end, List<Subtree> subtrees, Action<int, long, AuditHash>? completed = null)
    {
        (Start, End) = (start, end);
        _subtrees = subtrees;
        _completed = completed;
    }

    /// <summary>Index of the first leaf covered.</summary>
    public long Start { get; }

    /// <summary>Index after the last leaf covered.</summary>
    public long End { get; private set; }

    /// <summary>The hashes of the subtrees of a range from 0, largest first: its frontier.</summary>
    public AuditHash[] Frontier => [.. _subtrees.Select(s => s.Hash)];

    /// <summary>A range from 0 by its size and frontier; null when they do not fit together.</summary>
    public static CompactRange? Restore(long size, ReadOnlySpan<AuditHash> frontier, Action<int, long, AuditHash>? completed = null)
    {
        if (size < 0 || frontier.Length != System.Numerics.BitOperations.PopCount((ulong)size))
            return null;
        var subtrees = new List<Subtree>(frontier.Length);
        var rest = size;
        foreach (var hash in frontier)
        {
            var level = 63 - System.Numerics.BitOperations.LeadingZeroCount((ulong)rest);
            subtrees.Add(new(level, hash));
            rest -= 1L << level;
        }

        return new(0, size, subtrees, completed);
    }

    /// <summary>Adds the next leaf.</summary>
    public void Append(AuditHash leaf, EventHasher hasher) => Append(new Subtree(0, leaf), hasher);

    /// <summary>Adds the range that follows this one.</summary>
    public void Append(CompactRange next, EventHasher hasher)
    {
        if (next.Start != End)
            throw new ArgumentException($"A range from {next.Start} does not follow one that ends at {End}.", nameof(next));
        foreach (var subtree in next._subtrees)
            Append(subtree, hasher);
    }

    /// <summary>This range as it is now, unaffected by what is added later.</summary>
    public CompactRange Copy() => new(Start, End, [.. _subtrees]);

    /// <summary>The root of the tree whose leaves these are; the hash of nothing for no leaves.</summary>
    public AuditHash Root(EventHasher hasher)
    {
        if (Start != 0)
            throw new InvalidOperationException("Only a range from the first leaf has a root.");
        if (_subtrees.Count == 0)
            return AuditHash.Of([]);
        var root = _subtrees[^1].Hash;
        for (var i = _subtrees.Count - 2; i >= 0; i--)
            root = hasher.Node(_subtrees[i].Hash, root);
        return root;
    }

    private void Append(Subtree subtree, EventHasher hasher)
    {
        End += 1L << subtree.Level;
        var (level, hash) = subtree;
        // Two neighbours of a level join when the left one begins where their parent does.
        while (_subtrees is [.., var left] && left.Level == level && (End & ((1L << (level + 1)) - 1)) == 0)
        {
            _subtrees.RemoveAt(_subtrees.Count - 1);
            hash = hasher.Node(left.Hash, hash);
            level++;
            _completed?.Invoke(level, (End >> level) - 1, hash);
        }

        _subtrees.Add(new(level, hash));
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Subtree(int Level, AuditHash Hash);
}
