using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.Sdk.V1;

namespace Mandate.Engine.History;

/// <summary>A workflow to start, from whatever asked for it.</summary>
internal sealed record StartSpec
{
    /// <summary>The first event's attributes; ids of runs and times are added by the start.</summary>
    public required WorkflowExecutionStartedEventAttributes Attributes { get; init; }

    /// <summary>A repeated start with the same id finds the first one's run.</summary>
    public required string RequestId { get; init; }

    public WorkflowIdReusePolicy ReusePolicy { get; init; }

    public WorkflowIdConflictPolicy ConflictPolicy { get; init; }

    public UserMetadata? UserMetadata { get; init; }

    public IReadOnlyList<Link> Links { get; init; } = [];
}
