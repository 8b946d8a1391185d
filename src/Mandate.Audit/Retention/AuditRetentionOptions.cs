namespace Mandate.Audit.Retention;

/// <summary>When old events are removed, and where they go before.</summary>
public sealed record AuditRetentionOptions
{
    /// <summary>How long events are kept at least; 1 day or more.</summary>
    public required TimeSpan KeepFor { get; init; }

    /// <summary>Directory events are exported to before they are removed, a file a segment.</summary>
    public required string ArchiveDirectory { get; init; }

    /// <summary>How often it is looked for events to remove; an hour unless set.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromHours(1);
}
