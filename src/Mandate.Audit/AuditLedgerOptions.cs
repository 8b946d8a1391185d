using Mandate.Audit.Checkpoints;
using Mandate.Audit.Retention;
using Mandate.Audit.Streaming;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Audit;

/// <summary>Settings of an <see cref="AuditLedger"/>.</summary>
public sealed record AuditLedgerOptions
{
    /// <summary>
    /// The ledger's SQLite database file. It and its directory are created when missing, readable and writable by the owner alone. Either this or <see cref="ConnectionString"/>.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>Connection string of a PostgreSQL database, version 15 or later, which several processes may write at the same time. Either this or <see cref="Path"/>.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>
    /// Most events that may wait for the writer; 1 or more, 100,000 unless set. Beyond it an append is refused with
    /// <see cref="AuditUnavailableException"/> instead of filling the memory.
    /// </summary>
    public int MaximumPending { get; init; } = 100_000;

    /// <summary>When checkpoints are made, who signs them and where they go; null for none.</summary>
    public AuditCheckpointOptions? Checkpoints { get; init; }

    /// <summary>Where events are sent on to, at least once and in order of each ledger.</summary>
    public IReadOnlyList<IAuditEventSink> Streams { get; init; } = [];

    /// <summary>When old events are exported and removed; null to keep them for good. Needs <see cref="Checkpoints"/>.</summary>
    public AuditRetentionOptions? Retention { get; init; }

    /// <summary>The clock events are stamped with.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where the ledger logs to. Contents of events are never logged.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Most database pages, so that tests can fill the store; read whenever the writer opens the store.</summary>
    internal Func<long>? MaximumPages { get; init; }
}
