namespace Mandate.Audit;

/// <summary>
/// The ledger could not make an event durable, for instance because the disk is full. The event is not acknowledged, so the action it
/// describes must not happen. Trying again later is safe: the ledger recovers by itself once the cause is gone.
/// </summary>
public sealed class AuditUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
