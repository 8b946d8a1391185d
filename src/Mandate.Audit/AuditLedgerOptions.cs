using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Audit;

/// <summary>Settings of an <see cref="AuditLedger"/>.</summary>
public sealed record AuditLedgerOptions
{
    /// <summary>The ledger's database file. It and its directory are created when missing, readable and writable by the owner alone.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// Most events that may wait for the writer; 1 or more, 100,000 unless set. Beyond it an append is refused with
    /// <see cref="AuditUnavailableException"/> instead of filling the memory.
    /// </summary>
    public int MaximumPending { get; init; } = 100_000;

    /// <summary>The clock events are stamped with.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where the ledger logs to. Contents of events are never logged.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Most database pages, so that tests can fill the store; read whenever the writer opens the store.</summary>
    internal Func<long>? MaximumPages { get; init; }
}
