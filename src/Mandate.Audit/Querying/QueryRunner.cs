using Mandate.Audit.Canonical;
using Mandate.Audit.Storage;

namespace Mandate.Audit.Querying;

/// <summary>
/// Reads a page of one tenant's events: (1) times give the stretch of the ledger to look at; (2) the index gives candidates in it; (3) each candidate's event is read and compared, as an index
/// can be wrong and an event cannot. The cursor is a sequence number, so a page costs the same wherever it is.
/// </summary>
internal static class QueryRunner
{
    public static AuditPage Run(ILedgerReader reader, string tenant, AuditQuery query, CancellationToken cancellation)
    {
        var after = query.Cursor is { } cursor ? Cursor.Read(cursor, tenant, query) : (long?)null;
        var extent = reader.Extent(tenant);
        var (from, to) = (extent.First, extent.Last);
        if (query.From is not null || query.To is not null)
        {
            var within = reader.Within(tenant, Low(query), High(query));
            (from, to) = (Math.Max(from, within.From), Math.Min(to, within.To));
        }

        if (after is { } last)
            (from, to) = query.OldestFirst ? (Math.Max(from, last + 1), to) : (from, Math.Min(to, last - 1));

        var events = new List<AuditEvent>();
        string? next = null;
        if (from > to)
            return new(events, next);

        var terms = SearchTerms.Of(tenant, query);
        if (terms.Count == 0)
            reader.Scan(tenant, from, to, Take, !query.OldestFirst);
        else
            reader.Search(tenant, terms, from, to, Take, !query.OldestFirst);
        return new(events, next);

        bool Take(long place, ReadOnlySpan<byte> canonical, ReadOnlySpan<byte> hash)
        {
            cancellation.ThrowIfCancellationRequested();
            var found = Read(place, canonical, hash);
            if (!Matches(found, query))
                return true;
            // One more than asked for tells whether there is a next page.
            if (events.Count == query.Limit)
            {
                next = Cursor.Write(tenant, query, events[^1].Sequence);
                return false;
            }

            events.Add(found);
            return true;
        }
    }

    public static AuditEvent? Find(ILedgerReader reader, string tenant, Guid id)
    {
        AuditEvent? found = null;
        reader.Find(tenant, id, (place, canonical, hash) =>
        {
            found = Read(place, canonical, hash);
            return false;
        });
        return found;
    }

    /// <exception cref="AuditStoreException">The event is damaged.</exception>
    public static AuditEvent Read(long place, ReadOnlySpan<byte> canonical, ReadOnlySpan<byte> hash) => CanonicalReader.Read(canonical, hash)
        ?? throw new AuditStoreException($"Event {place} of the ledger is damaged and cannot be read. Verify the ledger to learn what happened to it.");

    private static bool Matches(AuditEvent found, AuditQuery query)
    {
        var entry = found.Entry;
        return Is(query.Type, entry.Type)
            && Is(query.Action, entry.Action)
            && (query.Result is null || query.Result == entry.Result)
            && Is(query.ResourceType, entry.Resource.Type)
            && Is(query.ResourceId, entry.Resource.Id)
            && Is(query.ActorType, entry.Actor.Type)
            && Is(query.ActorId, entry.Actor.Id)
            && (query.From is null || found.Time >= query.From)
            && (query.To is null || found.Time < query.To)
            && (query.Text is null || Words.AreIn(query.Text, entry.Metadata.Values));

        static bool Is(string? wanted, string value) => wanted is null || string.Equals(wanted, value, StringComparison.Ordinal);
    }

    // A microsecond of room on both sides: times between two microseconds are compared exactly afterwards.
    private static long Low(AuditQuery query) => query.From is { } from ? AuditTime.ToMicroseconds(from) - 1 : long.MinValue;

    private static long High(AuditQuery query) => query.To is { } to ? AuditTime.ToMicroseconds(to) + 1 : long.MaxValue;
}
