using System.ComponentModel;

namespace Mandate.Rest.Model;

/// <summary>Answer of <c>GET /v1/audit/consistency</c>.</summary>
internal sealed record AuditConsistencyView(
    [property: Description("The earlier checkpoint.")] AuditCheckpointView From,
    [property: Description("The later checkpoint.")] AuditCheckpointView To,
    [property: Description("The hashes of RFC 6962, section 2.1.2, in hexadecimal.")] IReadOnlyList<string> Path);
