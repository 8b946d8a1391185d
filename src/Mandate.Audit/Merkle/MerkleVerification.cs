using Mandate.Audit.Canonical;

namespace Mandate.Audit.Merkle;

/// <summary>Checks proofs, as RFC 9162 describes it in sections 2.1.3.2 and 2.1.4.2.</summary>
internal static class MerkleVerification
{
    /// <summary>The root a leaf and its path lead to; null when the path has the wrong length.</summary>
    public static AuditHash? Root(AuditHash leaf, long index, long size, IReadOnlyList<AuditHash> path, EventHasher hasher)
    {
        if (index < 0 || index >= size)
            return null;
        var (at, last, root) = (index, size - 1, leaf);
        foreach (var beside in path)
        {
            if (last == 0)
                return null;
            if ((at & 1) == 1 || at == last)
            {
                root = hasher.Node(beside, root);
                while ((at & 1) == 0 && at != 0)
                {
                    at >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                root = hasher.Node(root, beside);
            }

            at >>= 1;
            last >>= 1;
        }

        return last == 0 ? root : null;
    }

    /// <summary>Whether the tree of one size and root is the beginning of the other.</summary>
    public static bool IsConsistent(long from, AuditHash fromRoot, long to, AuditHash toRoot, IReadOnlyList<AuditHash> path, EventHasher hasher)
    {
        if (from == to)
            return path.Count == 0 && fromRoot == toRoot;
        if (from == 0)
            return path.Count == 0;
        if (from > to)
            return false;
        List<AuditHash> rest = (from & (from - 1)) == 0 ? [fromRoot, .. path] : [.. path];
        if (rest.Count == 0)
            return false;
        var (at, last) = (from - 1, to - 1);
        while ((at & 1) == 1)
        {
            at >>= 1;
            last >>= 1;
        }

        var (older, newer) = (rest[0], rest[0]);
        foreach (var beside in rest.Skip(1))
        {
            if (last == 0)
                return false;
            if ((at & 1) == 1 || at == last)
            {
                older = hasher.Node(beside, older);
                newer = hasher.Node(beside, newer);
                while ((at & 1) == 0 && at != 0)
                {
                    at >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                newer = hasher.Node(newer, beside);
            }

            at >>= 1;
            last >>= 1;
        }

        return last == 0 && older == fromRoot && newer == toRoot;
    }
}
