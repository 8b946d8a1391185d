using Mandate.Audit.Checkpoints;

namespace Mandate.Audit;

/// <summary>Proof that the ledger of one checkpoint is the beginning of the ledger of a later one: nothing the first covers was changed since.</summary>
/// <param name="From">The earlier checkpoint.</param>
/// <param name="To">The later checkpoint.</param>
/// <param name="Path">The hashes of RFC 6962, section 2.1.2.</param>
public sealed record AuditConsistencyProof(AuditCheckpoint From, AuditCheckpoint To, IReadOnlyList<AuditHash> Path);
