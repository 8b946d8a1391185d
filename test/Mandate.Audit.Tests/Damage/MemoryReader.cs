using Mandate.Audit.Storage;

namespace Mandate.Audit.Tests;

/// <summary>A ledger as a list of rows that tests damage as they like, read as a store is read.</summary>
internal sealed class MemoryReader(IReadOnlyList<MemoryRow> rows) : ILedgerReader
{
    public IReadOnlyList<string> Tenants() => [MemoryLedger.Tenant];

    public LedgerExtent Extent(string tenant) => new(1, rows.Count == 0 ? 0 : rows.Max(r => r.Place));

    public void Scan(string tenant, long from, long to, EventVisitor visitor, bool descending = false)
    {
        // The rows stand in the order a store gives them back in: by their places.
        foreach (var row in rows)
        {
            if (row.Place >= from && row.Place <= to && !visitor(row.Place, row.Canonical, row.Hash))
                return;
        }
    }

    public void Find(string tenant, Guid id, EventVisitor visitor) => throw new NotSupportedException();

    public void Search(string tenant, IReadOnlyList<long> terms, long from, long to, EventVisitor visitor, bool descending) => throw new NotSupportedException();

    public (long From, long To) Within(string tenant, long low, long high) => throw new NotSupportedException();

    public IReadOnlyList<StoredCheckpoint> Checkpoints(string tenant, long fromSize, int limit) => [];

    public StoredCheckpoint? Checkpoint(string tenant, long atMost) => null;

    public AuditHash? Node(string tenant, int level, long number) => null;

    public RemovedPart? Removed(string tenant) => null;

    public long Position(string name) => 0;

    public void Dispose()
    {
    }
}
