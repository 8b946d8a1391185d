using Mandate.Audit.Checkpoints;

namespace Mandate.Audit;

/// <summary>What a ledger is held against.</summary>
public sealed record AuditVerificationOptions
{
    /// <summary>Last sequence number to check, which must be there; null for the whole ledger.</summary>
    public long? UpTo { get; init; }

    /// <summary>A head of this ledger kept elsewhere.</summary>
    public AuditHead? Known { get; init; }

    /// <summary>Checkpoints of this ledger kept elsewhere. Whether they are signed is for the caller to have checked, unless <see cref="Key"/> is given.</summary>
    public IReadOnlyList<AuditCheckpoint> Checkpoints { get; init; } = [];

    /// <summary>The key every checkpoint, given or stored, must be signed by; null to take them as they are.</summary>
    public AuditCheckpointKey? Key { get; init; }

    /// <summary>Most threads; as many as there are processors unless set.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Told how far it has come; called from several threads.</summary>
    public IProgress<AuditProgress>? Progress { get; init; }
}
