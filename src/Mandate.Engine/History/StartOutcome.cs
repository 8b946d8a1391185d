using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.History;

/// <summary>The run a start has led to.</summary>
internal sealed record StartOutcome(string RunId, string FirstRunId, WorkflowExecutionStatus Status)
{
    /// <summary>The new run; null when one that existed is used.</summary>
    public RunTransaction? Started { get; init; }

    /// <summary>True when a run was begun, now or by an earlier call with the same request id.</summary>
    public bool IsStart { get; init; }
}
