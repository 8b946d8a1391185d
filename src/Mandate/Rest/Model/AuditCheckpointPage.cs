using System.ComponentModel;

namespace Mandate.Rest.Model;

/// <summary>Answer of <c>GET /v1/audit/checkpoints</c>.</summary>
internal sealed record AuditCheckpointPage(
    [property: Description("The key they are signed with: name+id+key.")] string Key,
    [property: Description("The checkpoints, by ascending size.")] IReadOnlyList<AuditCheckpointView> Checkpoints,
    [property: Description("Pass as fromSize for the next page; null on the last one.")] long? NextFromSize);
