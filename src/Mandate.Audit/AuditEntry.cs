using System.Collections.Frozen;

namespace Mandate.Audit;

/// <summary>
/// What happened, as the one who saw it tells it. The ledger adds the sequence number, the event id, the time and the chain, which makes it
/// an <see cref="AuditEvent"/>. Never put a secret into it: an event is readable by everybody who may read the ledger and cannot be removed.
/// </summary>
/// <remarks>
/// Every text must be well-formed UTF-16; beyond that any character is welcome. Limits are those of <see cref="AuditLimits"/>. An entry beyond
/// them is refused with <see cref="AuditEntryException"/>, never shortened: a silent cut could hide what matters.
/// </remarks>
public sealed record AuditEntry
{
    /// <summary>Whose ledger the event belongs to; 1 to 4,096 bytes of UTF-8. Events of no tenant go to <see cref="AuditLedger.SystemTenant"/>.</summary>
    public required string Tenant { get; init; }

    /// <summary>Kind of event, such as <c>execution.start</c>; 1 to 4,096 bytes of UTF-8.</summary>
    public required string Type { get; init; }

    /// <summary>What was attempted, such as <c>start</c>; 1 to 4,096 bytes of UTF-8.</summary>
    public required string Action { get; init; }

    /// <summary>How it ended.</summary>
    public required AuditResult Result { get; init; }

    /// <summary>What it was done to.</summary>
    public required AuditResource Resource { get; init; }

    /// <summary>Who did it.</summary>
    public required AuditActor Actor { get; init; }

    /// <summary>Where it belongs: workflow id, run id, request id, trace id and the like.</summary>
    public IReadOnlyDictionary<string, string> Context { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Details of this kind of event.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = FrozenDictionary<string, string>.Empty;
}
