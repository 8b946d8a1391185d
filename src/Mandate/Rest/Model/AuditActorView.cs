namespace Mandate.Rest.Model;

/// <summary>Who did an audited action.</summary>
internal sealed record AuditActorView(string Type, string Id, string Address);
