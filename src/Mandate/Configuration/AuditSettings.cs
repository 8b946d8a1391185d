namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Audit</c>: the ledger.</summary>
internal sealed class AuditSettings
{
    /// <summary>Connection string of a PostgreSQL database for the ledger; unset, it is a file in the data directory. Prefer <see cref="ConnectionStringFile"/>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>File that holds the connection string and nothing else.</summary>
    public string? ConnectionStringFile { get; set; }

    /// <summary>Types of events that may wait in memory while the ledger cannot be written; all other actions are refused then.</summary>
    public List<string> Buffered { get; set; } = [];

    /// <summary>Most events that may wait.</summary>
    public int BufferCapacity { get; set; } = 10_000;

    /// <summary>Signed checkpoints.</summary>
    public AuditCheckpointSettings Checkpoints { get; set; } = new();

    /// <summary>Where events are sent on to.</summary>
    public AuditStreamSettings Streams { get; set; } = new();

    /// <summary>How long events are kept; unset, for good.</summary>
    public TimeSpan? KeepFor { get; set; }

    /// <summary>Directory events are exported to before they are removed.</summary>
    public string? ArchiveDirectory { get; set; }
}
