using Mandate.Audit.Canonical;
using Mandate.Audit.Merkle;

namespace Mandate.Audit.Verification;

/// <summary>
/// Recomputes a stretch of a chain from the stored bytes and stops at the first event that is not as it must be. For each event, in order: (1) its place is the next one;
/// (2) it has the form of an event of this ledger; (3) its bytes give its hash; (4) it was recorded under this number; (5) it links to the event before it. Whether the stretch follows
/// from the one before it is for <see cref="ChainFold"/> to say, so stretches can be checked at the same time.
/// </summary>
internal sealed class SegmentCheck
{
    private readonly byte[] _tenant;
    private readonly long[] _watched;
    private readonly EventHasher _hasher;
    private readonly CompactRange _range;
    private int _nextWatched;

    /// <param name="tenant">Whose ledger, in UTF-8.</param>
    /// <param name="first">Sequence number the stretch begins with.</param>
    /// <param name="watched">Sizes, in ascending order, at which the tree is needed.</param>
    /// <param name="hasher">Of this thread.</param>
    public SegmentCheck(byte[] tenant, long first, long[] watched, EventHasher hasher)
    {
        (First, Next) = (first, first);
        _tenant = tenant;
        _watched = watched;
        _hasher = hasher;
        _range = new CompactRange(first - 1);
        _nextWatched = Array.FindIndex(watched, size => size >= first) is var at and >= 0 ? at : watched.Length;
    }

    public long First { get; }

    /// <summary>Sequence number after the last good event.</summary>
    public long Next { get; private set; }

    /// <summary>The hash the first event links to.</summary>
    public AuditHash FirstPrevious { get; private set; }

    /// <summary>Hash of the last good event.</summary>
    public AuditHash LastHash { get; private set; }

    /// <summary>Place of what is not as it must be; null when all was good.</summary>
    public long? Broken { get; private set; }

    public CompactRange Range => _range;

    /// <summary>The tree as it was at each watched size inside of this stretch, and the hash of the event there.</summary>
    public List<(CompactRange Range, AuditHash Hash)> Snapshots { get; } = [];

    /// <summary>Looks at the next event; false to stop.</summary>
    public bool Add(long place, ReadOnlySpan<byte> canonical, ReadOnlySpan<byte> stored)
    {
        if (place != Next || !CanonicalEvent.HasForm(canonical) || !CanonicalEvent.IsOf(canonical, _tenant))
            return Break(place);
        var hash = _hasher.Hash(canonical);
        if (!hash.Matches(stored) || CanonicalEvent.Sequence(canonical) != place)
            return Break(place);
        var previous = CanonicalEvent.PreviousHash(canonical);
        if (place == First)
            FirstPrevious = new(previous);
        else if (!LastHash.Matches(previous))
            return Break(place);

        _range.Append(hash, _hasher);
        LastHash = hash;
        Next++;
        if (_nextWatched < _watched.Length && _watched[_nextWatched] == place)
        {
            Snapshots.Add((_range.Copy(), hash));
            _nextWatched++;
        }

        return true;
    }

    private bool Break(long place)
    {
        Broken = place;
        return false;
    }
}
