using System.Runtime.InteropServices;

namespace Mandate.Audit;

/// <summary>How far a long piece of work has come.</summary>
/// <param name="Done">Events dealt with.</param>
/// <param name="Total">Events there are to deal with.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct AuditProgress(long Done, long Total);
