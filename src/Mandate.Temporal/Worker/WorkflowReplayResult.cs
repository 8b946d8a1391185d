using Mandate.Temporal.Common;

namespace Mandate.Temporal.Worker;

/// <summary>How a replay went.</summary>
/// <param name="History">The history.</param>
/// <param name="ReplayFailure">Why the workflow could not be replayed, null when it could. A workflow that failed as history says has been replayed.</param>
public sealed record WorkflowReplayResult(WorkflowHistory History, Exception? ReplayFailure);
