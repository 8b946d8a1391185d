namespace Mandate.Audit;

/// <summary>What recomputing a tenant's chain showed.</summary>
public sealed record AuditVerification
{
    /// <summary>Whose ledger.</summary>
    public required string Tenant { get; init; }

    /// <summary>Sequence number of the first event kept; 1 unless earlier ones were removed by retention.</summary>
    public long First { get; init; } = 1;

    /// <summary>How many events, from the first one kept on, are exactly as they were recorded.</summary>
    public long Checked => Math.Max(0, Head.Sequence - First + 1);

    /// <summary>Root of the Merkle tree over all events up to <see cref="Head"/>, removed ones included; null when there is damage.</summary>
    public AuditHash? Root { get; init; }

    /// <summary>The last event of the intact part. Keep it outside of the database: it is the proof for later.</summary>
    public required AuditHead Head { get; init; }

    /// <summary>Up to which event a checkpoint or a head that was held against the ledger vouches for it; 0 when none does.</summary>
    public long Vouched { get; init; }

    /// <summary>The first damage; null when there is none.</summary>
    public AuditDamage? Damage { get; init; }

    /// <summary>Whether every event that was looked at is intact.</summary>
    public bool IsValid => Damage is null;
}
