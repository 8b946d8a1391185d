namespace Mandate.Audit;

/// <summary>The first damage in a ledger.</summary>
/// <param name="Sequence">The first sequence number that is not as it was recorded.</param>
/// <param name="Kind">What was done to it.</param>
/// <param name="Message">The same for people; free of the event's contents.</param>
public sealed record AuditDamage(long Sequence, AuditDamageKind Kind, string Message);
