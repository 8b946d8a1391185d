namespace Mandate.Rest.Model;

/// <summary>A place in the chain and the hash there.</summary>
internal sealed record AuditHeadView(long Sequence, string Hash);
