namespace Mandate.Audit.Storage;

/// <summary>
/// A view of a store as it was when it was opened, of one thread at a time. The calls block: they run on threads of the pool, not on a caller's.
/// </summary>
internal interface ILedgerReader : IDisposable
{
    /// <summary>Every tenant that has a ledger here, in the order they came.</summary>
    IReadOnlyList<string> Tenants();

    /// <summary>Where a tenant's ledger begins and ends; empty when it has none.</summary>
    LedgerExtent Extent(string tenant);

    /// <summary>Shows the events of the places from <paramref name="from"/> to <paramref name="to"/>, both included, in order.</summary>
    void Scan(string tenant, long from, long to, EventVisitor visitor, bool descending = false);

    /// <summary>Shows the event with this id, when the tenant has it.</summary>
    void Find(string tenant, Guid id, EventVisitor visitor);

    /// <summary>Shows, within the bounds and in order, the events that have all these terms, and perhaps some that have not.</summary>
    void Search(string tenant, IReadOnlyList<long> terms, long from, long to, EventVisitor visitor, bool descending);

    /// <summary>Places outside of which no event has a time from <paramref name="low"/> to before <paramref name="high"/>, in microseconds.</summary>
    (long From, long To) Within(string tenant, long low, long high);

    /// <summary>Checkpoints of a tenant in ascending order of their sizes.</summary>
    IReadOnlyList<StoredCheckpoint> Checkpoints(string tenant, long fromSize, int limit);

    /// <summary>The newest checkpoint of at most this size; null when there is none.</summary>
    StoredCheckpoint? Checkpoint(string tenant, long atMost);

    /// <summary>A whole subtree's hash; null when it is not kept.</summary>
    AuditHash? Node(string tenant, int level, long number);

    /// <summary>What was removed from the front; null when nothing was.</summary>
    RemovedPart? Removed(string tenant);

    /// <summary>How far somebody has come who reads along; 0 at first.</summary>
    long Position(string name);
}
