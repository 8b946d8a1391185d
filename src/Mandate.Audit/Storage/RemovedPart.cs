namespace Mandate.Audit.Storage;

/// <summary>What has to be known of events that were removed, so that the rest can be verified.</summary>
/// <param name="UpTo">Sequence number of the last one removed.</param>
/// <param name="Hash">Its hash, which the first event kept links to.</param>
/// <param name="Frontier">The tree's frontier there.</param>
internal sealed record RemovedPart(long UpTo, AuditHash Hash, AuditHash[] Frontier);
