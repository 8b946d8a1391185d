namespace Mandate.Audit.Verification;

/// <summary>What is known of a ledger at one size from elsewhere.</summary>
/// <param name="Size">How many events.</param>
/// <param name="Hash">Hash of the last of them, when that is known.</param>
/// <param name="Root">Root of the tree over them, when that is known.</param>
/// <param name="Name">What says so, for people.</param>
internal sealed record TrustedPoint(long Size, AuditHash? Hash, AuditHash? Root, string Name);
