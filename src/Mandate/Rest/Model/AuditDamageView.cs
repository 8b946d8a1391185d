namespace Mandate.Rest.Model;

/// <summary>The first damage of a chain.</summary>
internal sealed record AuditDamageView(long Sequence, string Kind, string Message);
