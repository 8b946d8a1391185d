namespace Mandate.Audit.Retention;

/// <summary>What retention removed from a ledger.</summary>
/// <param name="First">First sequence number removed.</param>
/// <param name="Last">Last sequence number removed.</param>
/// <param name="Archive">File they were exported to.</param>
public sealed record AuditRemoval(long First, long Last, string Archive);
