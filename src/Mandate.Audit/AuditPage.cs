namespace Mandate.Audit;

/// <summary>One page of events.</summary>
/// <param name="Events">The events, in the order asked for.</param>
/// <param name="NextCursor">Where the next page starts; null when this was the last. Opaque.</param>
public sealed record AuditPage(IReadOnlyList<AuditEvent> Events, string? NextCursor);
