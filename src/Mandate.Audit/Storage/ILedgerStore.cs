using Mandate.Audit.Canonical;

namespace Mandate.Audit.Storage;

/// <summary>Where ledgers are kept: one database with a chain for each tenant. The same behaviour whatever the database.</summary>
internal interface ILedgerStore : IAsyncDisposable
{
    /// <summary>Appends and completes once durable, see <see cref="AuditLedger.AppendAsync(AuditEntry, CancellationToken)"/>.</summary>
    Task<AuditEvent> AppendAsync(CanonicalEntry entry);

    /// <summary>The last event of a tenant that this store acknowledged; null when there was none yet.</summary>
    AuditHead? Acknowledged(string tenant);

    /// <summary>Opens a view of the store that cannot change anything in it.</summary>
    ILedgerReader OpenReader();

    /// <summary>Keeps a checkpoint and the nodes of the tree that became whole since the one before it.</summary>
    Task SaveAsync(string tenant, StoredCheckpoint checkpoint, IReadOnlyList<TreeNode> nodes);

    /// <summary>Keeps how far somebody has come who reads along.</summary>
    Task SavePositionAsync(string name, long value);

    /// <summary>Removes the events up to and with <see cref="RemovedPart.UpTo"/>, and keeps what the rest is verified from.</summary>
    Task RemoveAsync(string tenant, RemovedPart part);

    /// <summary>Told the tenant whenever events of it became durable.</summary>
    Action<string, long>? Appended { get; set; }
}
