using System.ComponentModel;

namespace Mandate.Rest.Model;

/// <summary>A checkpoint of the tenant's ledger.</summary>
internal sealed record AuditCheckpointView(
    [property: Description("How many events it covers.")] long Size,
    [property: Description("Root of the Merkle tree over them, in hexadecimal.")] string Root,
    [property: Description("The signed note (c2sp.org/tlog-checkpoint). Keep it elsewhere.")] string Note);
