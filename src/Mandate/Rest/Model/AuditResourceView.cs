namespace Mandate.Rest.Model;

/// <summary>What an audited action was done to.</summary>
internal sealed record AuditResourceView(string Type, string Id);
