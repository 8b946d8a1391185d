namespace Mandate.Audit;

/// <summary>Another process has this ledger open for writing. Two writers would fork the chain, so the second is refused.</summary>
public sealed class AuditStoreLockedException(string message, Exception? inner = null) : IOException(message, inner);
