using System.ComponentModel;

namespace Mandate.Rest.Model;

/// <summary>Answer of <c>GET /v1/audit-events</c>.</summary>
internal sealed record AuditEventPage(
    [property: Description("The events, in the order asked for.")] IReadOnlyList<AuditEventView> Events,
    [property: Description("Pass as cursor for the next page; null on the last one.")] string? NextCursor);
