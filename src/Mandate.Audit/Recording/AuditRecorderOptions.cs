using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Audit.Recording;

/// <summary>Which events may wait while the ledger cannot be written.</summary>
public sealed record AuditRecorderOptions
{
    /// <summary>Types of events that may wait, such as <c>audit.read</c>; a type also stands for those below it (<c>execution</c> for <c>execution.read</c>). None unless set: every action is refused that cannot be recorded.</summary>
    public IReadOnlyList<string> Buffered { get; init; } = [];

    /// <summary>Most events that may wait; 1 or more, 10,000 unless set. They are in memory only: a process that dies takes them along.</summary>
    public int Capacity { get; init; } = 10_000;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where it logs to.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
