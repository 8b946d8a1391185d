using System.ComponentModel;

namespace Mandate.Rest.Model;

/// <summary>Answer of <c>GET /v1/audit-events/{id}/proof</c>.</summary>
internal sealed record AuditProofView(
    [property: Description("The event.")] Guid EventId,
    [property: Description("Its place among the leaves, from 0.")] long Index,
    [property: Description("Its hash, which is the leaf, in hexadecimal.")] string Hash,
    [property: Description("Hashes beside the way from the leaf to the root, from the bottom up, in hexadecimal.")] IReadOnlyList<string> Path,
    [property: Description("The checkpoint that covers it.")] AuditCheckpointView Checkpoint,
    [property: Description("All of this as a file (c2sp.org/tlog-proof), which can be verified without the ledger.")] string File);
