namespace Mandate.Audit;

/// <summary>A cursor that this ledger did not give out for this tenant and these filters. Start again without one.</summary>
public sealed class AuditCursorException()
    : ArgumentException("The cursor does not belong to this query: it is damaged, or was given out for another tenant or other filters. Start again without a cursor.");
