namespace Mandate.Audit.Storage;

/// <summary>A checkpoint as a store keeps it.</summary>
/// <param name="Size">How many events it covers.</param>
/// <param name="Time">When it was made, in microseconds.</param>
/// <param name="Frontier">The tree's frontier at this size.</param>
/// <param name="Note">The signed note.</param>
internal sealed record StoredCheckpoint(long Size, long Time, AuditHash[] Frontier, string Note);
