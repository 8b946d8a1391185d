namespace Mandate.Demo.Report;

/// <summary>An audit event in short.</summary>
internal sealed record AuditLine(long Sequence, string Type, string Result, string Actor, string Resource);
