using Mandate.Temporal.Client;

namespace Mandate.Temporal.Interceptors;

/// <summary>A client asks a workflow to cancel.</summary>
/// <param name="Id">Workflow id.</param>
/// <param name="RunId">Run, null for the present one.</param>
/// <param name="FirstExecutionRunId">First run of the chain it is meant for, null for any.</param>
/// <param name="Options">Options.</param>
public sealed record CancelWorkflowInput(
    string Id,
    string? RunId,
    string? FirstExecutionRunId,
    WorkflowCancelOptions? Options)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(CancelWorkflowInput);
}
