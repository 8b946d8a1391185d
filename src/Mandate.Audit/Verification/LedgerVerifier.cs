using Mandate.Audit.Canonical;
using Mandate.Audit.Merkle;
using Mandate.Audit.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Mandate.Audit.Verification;

/// <summary>
/// Verifies a tenant's ledger in a store: stretches of it at the same time on several threads, each with a view of its own, then all of them together. A ledger only grows, so views of
/// different moments agree on everything up to where the first one ended.
/// </summary>
internal sealed class LedgerVerifier(Func<ILedgerReader> open, string tenant)
{
    private const int SegmentSize = 1 << 14;

    /// <summary>Events between two reports of progress and looks at the cancellation.</summary>
    private const int ProgressEvery = 1 << 12;

    private readonly byte[] _tenant = System.Text.Encoding.UTF8.GetBytes(tenant);

    /// <param name="upTo">Last sequence number to look at; null for all there are.</param>
    /// <param name="atLeast">Sequence number the chain must reach.</param>
    /// <param name="trusted">What is known from elsewhere, by ascending size.</param>
    /// <param name="threads">Most threads, 1 or more.</param>
    /// <param name="progress">Told how many events were looked at, and of how many.</param>
    /// <param name="cancellation">Stops the work.</param>
    public AuditVerification Verify(long? upTo, long atLeast, IReadOnlyList<TrustedPoint> trusted, int threads, IProgress<AuditProgress>? progress, CancellationToken cancellation)
    {
        using var reader = open();
        try
        {
            return Verify(reader, upTo, atLeast, trusted, threads, progress, cancellation);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_IOERR)
        {
            // Before the first event: the tables around the chain cannot be read.
            return Unreadable(AuditHead.Empty, e);
        }
    }

    private AuditVerification Verify(
        ILedgerReader reader, long? upTo, long atLeast, IReadOnlyList<TrustedPoint> trusted, int threads, IProgress<AuditProgress>? progress, CancellationToken cancellation)
    {
        var extent = reader.Extent(tenant);
        var removed = reader.Removed(tenant);
        var start = removed is null ? AuditHead.Empty : new AuditHead(removed.UpTo, removed.Hash);
        var range = removed is null ? new CompactRange() : CompactRange.Restore(removed.UpTo, removed.Frontier);
        if (range is null)
            return new() { Tenant = tenant, Head = AuditHead.Empty, Damage = new(1, AuditDamageKind.Malformed, "What was kept of the removed events does not fit together.") };

        var last = Math.Min(extent.Last, upTo ?? long.MaxValue);
        long[] watched = [.. trusted.Select(t => t.Size).Where(s => s >= extent.First && s <= last).Distinct()];
        var witness = new DamageWitness(_tenant, place => ReadRow(reader, place));
        using var fold = new ChainFold(start, range, trusted, witness);
        var segments = Check(extent.First, last, watched, threads, progress, cancellation);
        foreach (var segment in segments)
        {
            if (segment.Unreadable is { } error)
            {
                fold.Add(segment.Check!);
                return fold.Damage is null ? Unreadable(fold.Head, error) : Result(fold, removed);
            }

            if (segment.Check is null || !fold.Add(segment.Check))
                break;
        }

        fold.Finish(atLeast);
        return Result(fold, removed);
    }

    private AuditVerification Result(ChainFold fold, RemovedPart? removed) => new()
    {
        Tenant = tenant,
        Head = fold.Head,
        Damage = fold.Damage,
        First = (removed?.UpTo ?? 0) + 1,
        Root = fold.Damage is null ? fold.Root : null,
        Vouched = fold.Vouched,
    };

    private AuditVerification Unreadable(AuditHead head, SqliteException error) => new()
    {
        Tenant = tenant,
        Head = head,
        Damage = new(head.Sequence + 1, AuditDamageKind.Unreadable, $"The store cannot be read after event {head.Sequence} (SQLite error {error.SqliteErrorCode}): its file is damaged."),
    };

    private Segment[] Check(long first, long last, long[] watched, int threads, IProgress<AuditProgress>? progress, CancellationToken cancellation)
    {
        var count = (int)Math.Max(1, (last - first + SegmentSize) / SegmentSize);
        var segments = new Segment[count];
        var next = -1;
        var broken = count;
        var done = 0L;
        var total = Math.Max(0, last - first + 1);
        var workers = Math.Clamp(threads, 1, count);
        if (workers == 1)
            Work();
        else
            Task.WaitAll([.. Enumerable.Range(0, workers).Select(_ => Task.Run(Work, cancellation))], cancellation);
        // Whole at the end, whether it was looked at to the end or up to the first damage.
        progress?.Report(new(total, total));
        return segments;

        void Work()
        {
            using var reader = open();
            using var hasher = new EventHasher();
            // What follows the first damage does not matter.
            for (int at; (at = Interlocked.Increment(ref next)) < count && at <= Volatile.Read(ref broken);)
            {
                var from = first + (long)at * SegmentSize;
                var check = new SegmentCheck(_tenant, from, watched, hasher);
                segments[at].Check = check;
                try
                {
                    // The first stretch begins at the very front, as nothing may stand there; the last one ends where the ledger did.
                    reader.Scan(tenant, at == 0 ? 0 : from, Math.Min(last, from + SegmentSize - 1), (place, canonical, hash) =>
                    {
                        if (place % ProgressEvery == 0)
                        {
                            cancellation.ThrowIfCancellationRequested();
                            progress?.Report(new(Interlocked.Add(ref done, ProgressEvery), total));
                        }

                        return check.Add(place, canonical, hash);
                    });
                }
                catch (SqliteException e) when (e.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_IOERR)
                {
                    segments[at].Unreadable = e;
                }

                var end = Math.Min(last, from + SegmentSize - 1);
                if (check.Next <= end || check.Broken is not null)
                    InterlockedMin(ref broken, at);
            }
        }
    }

    private (byte[] Canonical, byte[] Hash)? ReadRow(ILedgerReader reader, long place)
    {
        (byte[], byte[])? row = null;
        reader.Scan(tenant, place, place, (_, canonical, hash) =>
        {
            row = (canonical.ToArray(), hash.ToArray());
            return false;
        });
        return row;
    }

    private static void InterlockedMin(ref int target, int value)
    {
        for (var current = Volatile.Read(ref target); value < current;)
        {
            var seen = Interlocked.CompareExchange(ref target, value, current);
            if (seen == current)
                return;
            current = seen;
        }
    }

    private struct Segment
    {
        public SegmentCheck? Check;
        public SqliteException? Unreadable;
    }
}
