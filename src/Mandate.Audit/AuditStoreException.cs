namespace Mandate.Audit;

/// <summary>The store is not a ledger, is of a newer version, or holds what cannot be read as an event. The message says which and what to do.</summary>
public sealed class AuditStoreException(string message, Exception? inner = null) : IOException(message, inner);
