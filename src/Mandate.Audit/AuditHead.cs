using System.Runtime.InteropServices;

namespace Mandate.Audit;

/// <summary>
/// A place in a tenant's chain and the hash there. Kept outside the database it proves later that nothing up to it was changed, not even by
/// somebody who rewrote the whole chain.
/// </summary>
/// <param name="Sequence">Sequence number of the last event covered; 0 for an empty ledger.</param>
/// <param name="Hash">That event's hash; <see cref="AuditHash.Zero"/> for an empty ledger.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct AuditHead(long Sequence, AuditHash Hash)
{
    /// <summary>The head of a ledger without events.</summary>
    public static AuditHead Empty => default;
}
