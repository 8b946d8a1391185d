using System.Runtime.InteropServices;

namespace Mandate.Audit.Storage;

/// <summary>Where a tenant's ledger begins and ends.</summary>
/// <param name="First">Sequence number of the first event still kept; 1 unless earlier ones were removed.</param>
/// <param name="Last">Highest place that holds an event; <paramref name="First"/> - 1 when there is none.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LedgerExtent(long First, long Last)
{
    public static LedgerExtent Empty => new(1, 0);
}
