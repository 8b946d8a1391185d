using System.Runtime.InteropServices;

namespace Mandate.Audit.Storage;

/// <summary>A whole subtree of a ledger's Merkle tree.</summary>
/// <param name="Level">Its height: it covers 2^level events.</param>
/// <param name="Number">Its place in the level, from 0.</param>
/// <param name="Hash">Its hash.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TreeNode(int Level, long Number, AuditHash Hash);
