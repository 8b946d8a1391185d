namespace Mandate.Audit;

/// <summary>One link of a tenant's chain. Its canonical bytes, hash and limits are described in <c>docs/audit-format.md</c>.</summary>
public sealed record AuditEvent
{
    /// <summary>Place in the tenant's ledger, from 1 without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>Identifier of the event, UUID version 7.</summary>
    public required Guid Id { get; init; }

    /// <summary>When the event was appended, UTC in whole microseconds.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What happened.</summary>
    public required AuditEntry Entry { get; init; }

    /// <summary>Hash of the event before it; <see cref="AuditHash.Zero"/> for the first.</summary>
    public required AuditHash PreviousHash { get; init; }

    /// <summary>The hash of this event's canonical bytes, which is also its leaf in the ledger's Merkle tree.</summary>
    public required AuditHash Hash { get; init; }

    /// <summary>Version of the canonical bytes, as in <c>docs/audit-format.md</c>.</summary>
    public int Format { get; init; } = Canonical.CanonicalEvent.Version;
}
