namespace Mandate.Audit.Checkpoints;

/// <summary>When checkpoints are made, who signs them and where they go.</summary>
public sealed record AuditCheckpointOptions
{
    /// <summary>Signs them. The ledger does not dispose of it.</summary>
    public required AuditCheckpointSigner Signer { get; init; }

    /// <summary>A checkpoint follows at the latest after so many events of a tenant; 1 or more, 1,000 unless set.</summary>
    public int EveryEvents { get; init; } = 1_000;

    /// <summary>A checkpoint follows at the latest so long after an event; 1 second or more, 1 minute unless set.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Where they are kept outside of the database. Without one they prove nothing against the database's owner.</summary>
    public IReadOnlyList<IAuditCheckpointSink> Sinks { get; init; } = [];
}
