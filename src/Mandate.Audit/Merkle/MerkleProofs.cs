using System.Numerics;
using Mandate.Audit.Canonical;
using Mandate.Audit.Checkpoints;
using Mandate.Audit.Storage;

namespace Mandate.Audit.Merkle;

/// <summary>
/// Makes the proofs of RFC 6962, sections 2.1.1 and 2.1.2, from kept subtrees and the hashes of single events. Nothing here is trusted by anybody: a proof made of damaged parts does not
/// give the root.
/// </summary>
internal sealed class MerkleProofs(ILedgerReader reader, string tenant, EventHasher hasher)
{
    private readonly RemovedPart? _removed = reader.Removed(tenant);

    /// <summary>The hashes that lead from a leaf to the root of a tree, from the bottom up.</summary>
    public List<AuditHash> Inclusion(long leaf, long size)
    {
        var path = new List<AuditHash>();
        Path(leaf, 0, size, path);
        return path;
    }

    /// <summary>The hashes that show that a tree of a size is the beginning of a larger one.</summary>
    public List<AuditHash> Consistency(long from, long to)
    {
        var path = new List<AuditHash>();
        if (from > 0 && from < to)
            SubProof(from, 0, to, whole: true, path);
        return path;
    }

    /// <summary>Root over the leaves from <paramref name="start"/> to before <paramref name="end"/>.</summary>
    public AuditHash Root(long start, long end)
    {
        var count = end - start;
        if (count == 0)
            return AuditHash.Of([]);
        if (BitOperations.IsPow2(count) && start % count == 0)
            return Subtree(BitOperations.Log2((ulong)count), start / count);
        var split = start + Split(count);
        return hasher.Node(Root(start, split), Root(split, end));
    }

    private static long Split(long count) => 1L << BitOperations.Log2((ulong)(count - 1));

    private void Path(long leaf, long start, long end, List<AuditHash> path)
    {
        if (end - start == 1)
            return;
        var split = start + Split(end - start);
        if (leaf < split)
        {
            Path(leaf, start, split, path);
            path.Add(Root(split, end));
        }
        else
        {
            Path(leaf, split, end, path);
            path.Add(Root(start, split));
        }
    }

    private void SubProof(long from, long start, long end, bool whole, List<AuditHash> path)
    {
        if (from == end)
        {
            if (!whole)
                path.Add(Root(start, end));
            return;
        }

        var split = start + Split(end - start);
        if (from <= split)
        {
            SubProof(from, start, split, whole, path);
            path.Add(Root(split, end));
        }
        else
        {
            SubProof(from, split, end, whole: false, path);
            path.Add(Root(start, split));
        }
    }

    private AuditHash Subtree(int level, long number)
    {
        if (Removed(level, number) is { } removed)
            return removed;
        if (level > 0 && level % CheckpointMaker.LevelStep == 0 && reader.Node(tenant, level, number) is { } node)
            return node;
        if (level > CheckpointMaker.LevelStep)
            return hasher.Node(Subtree(level - 1, 2 * number), Subtree(level - 1, 2 * number + 1));

        var first = number << level;
        if (_removed is not null && first < _removed.UpTo)
        {
            return level > 0
                ? hasher.Node(Subtree(level - 1, 2 * number), Subtree(level - 1, 2 * number + 1))
                : throw new AuditStoreException($"The proof needs event {first + 1}, which was removed by retention.");
        }

        var range = new CompactRange(first);
        reader.Scan(tenant, first + 1, first + (1L << level), (_, _, hash) =>
        {
            if (hash.Length == AuditHash.Size)
                range.Append(new AuditHash(hash), hasher);
            return true;
        });
        return range.End == first + (1L << level) && range.Frontier is [var root]
            ? root
            : throw new AuditStoreException($"Events between {first + 1} and {first + (1L << level)} are missing. Verify the ledger.");
    }

    /// <summary>A subtree of the frontier of what was removed.</summary>
    private AuditHash? Removed(int level, long number)
    {
        if (_removed is null || (_removed.UpTo >> level & 1) == 0 || number != (_removed.UpTo >> level) - 1)
            return null;
        return _removed.Frontier[BitOperations.PopCount((ulong)(_removed.UpTo >> (level + 1)))];
    }
}
