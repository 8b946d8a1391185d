using Mandate.Audit.Canonical;
using Mandate.Audit.Merkle;

namespace Mandate.Audit.Verification;

/// <summary>
/// Puts checked stretches together, in order: each must follow from the one before it, and at each size of which something is known from elsewhere, hash and root must be those.
/// </summary>
internal sealed class ChainFold : IDisposable
{
    private readonly EventHasher _hasher = new();
    private readonly IReadOnlyList<TrustedPoint> _trusted;
    private readonly IDamageWitness _witness;
    private readonly CompactRange _range;
    private AuditHead _vouched;
    private int _nextTrusted;

    /// <param name="start">Where the ledger begins: <see cref="AuditHead.Empty"/> unless earlier events were removed.</param>
    /// <param name="range">The tree there.</param>
    /// <param name="trusted">What is known from elsewhere, by ascending size.</param>
    /// <param name="witness">Says what is wrong at a place.</param>
    public ChainFold(AuditHead start, CompactRange range, IReadOnlyList<TrustedPoint> trusted, IDamageWitness witness)
    {
        Head = start;
        _vouched = start;
        _range = range;
        _trusted = trusted;
        _witness = witness;
        // A point at the very beginning speaks of removed events; it can only be held against what was kept of them.
        while (Damage is null && _nextTrusted < trusted.Count && trusted[_nextTrusted].Size <= start.Sequence)
        {
            if (trusted[_nextTrusted].Size == start.Sequence)
                Compare(trusted[_nextTrusted], range, start.Hash);
            _nextTrusted++;
        }
    }

    /// <summary>The last event known to be good.</summary>
    public AuditHead Head { get; private set; }

    public AuditDamage? Damage { get; private set; }

    /// <summary>The largest size at which what is known from elsewhere was found to be so.</summary>
    public long Vouched => _vouched.Sequence;

    /// <summary>Root of the tree over all good events.</summary>
    public AuditHash Root => _range.Root(_hasher);

    /// <summary>Adds the stretch that follows; false when something is wrong.</summary>
    public bool Add(SegmentCheck segment)
    {
        if (Damage is not null)
            return false;
        if (segment.Next > segment.First && segment.FirstPrevious != Head.Hash)
            return Fail(_witness.WrongLink(segment.First, Head));

        foreach (var (part, hash) in segment.Snapshots)
        {
            var whole = _range.Copy();
            whole.Append(part, _hasher);
            if (!Compare(_trusted[_nextTrusted++], whole, hash))
                return false;
            while (_nextTrusted < _trusted.Count && _trusted[_nextTrusted].Size == whole.End)
            {
                if (!Compare(_trusted[_nextTrusted++], whole, hash))
                    return false;
            }
        }

        _range.Append(segment.Range, _hasher);
        if (segment.Next > segment.First)
            Head = new(segment.Next - 1, segment.LastHash);
        return segment.Broken is not { } place || Fail(_witness.Explain(place, Head));
    }

    /// <summary>The end: the chain must reach as far as is known.</summary>
    public void Finish(long atLeast)
    {
        var must = _nextTrusted < _trusted.Count ? Math.Max(atLeast, _trusted[^1].Size) : atLeast;
        if (Damage is null && Head.Sequence < must)
            Damage = new(Head.Sequence + 1, AuditDamageKind.Truncated, $"Events {Head.Sequence + 1} to {must} were recorded and are missing at the end.");
    }

    public void Dispose() => _hasher.Dispose();

    private bool Compare(TrustedPoint point, CompactRange range, AuditHash hash)
    {
        if ((point.Hash is null || point.Hash == hash) && (point.Root is null || point.Root == range.Root(_hasher)))
        {
            _vouched = new(point.Size, hash);
            return true;
        }

        // Everything up to the last point that holds is proven; where after it the other history begins, nothing can tell.
        Head = _vouched;
        Damage = new(
            _vouched.Sequence + 1,
            AuditDamageKind.Rewritten,
            $"The events from {_vouched.Sequence + 1} to {point.Size} are not those that were there when {point.Name} was made: the chain was rewritten at one of them.");
        return false;
    }

    private bool Fail((AuditDamage Damage, AuditHead Head) found)
    {
        (Damage, Head) = found;
        return false;
    }
}
