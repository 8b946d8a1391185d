namespace Mandate.Audit;

/// <summary>An entry that cannot be recorded as it is: a text is too long, missing or ill-formed. Nothing was written.</summary>
/// <remarks>The message names the field and the limit, never the value.</remarks>
public sealed class AuditEntryException(string message) : ArgumentException(message);
