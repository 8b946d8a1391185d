using System.ComponentModel;

namespace Mandate.Rest.Model;

/// <summary>Answer of <c>GET /v1/audit-events/{id}/verify</c>.</summary>
internal sealed record AuditVerificationView(
    [property: Description("Whether every event of the tenant up to this one, this one included, is as it was recorded.")] bool Valid,
    [property: Description("The event asked about.")] Guid EventId,
    [property: Description("Its place in the ledger.")] long Sequence,
    [property: Description("How many events, from the first one kept on, are intact.")] long Checked,
    [property: Description("Sequence number of the first event kept; earlier ones were removed by retention.")] long First,
    [property: Description("Up to which event a checkpoint vouches for it; 0 when none does.")] long VouchedUpTo,
    [property: Description("The last intact event. Kept elsewhere it proves later that nothing up to it was changed.")] AuditHeadView Head,
    [property: Description("The first damage; null when there is none.")] AuditDamageView? Damage);
