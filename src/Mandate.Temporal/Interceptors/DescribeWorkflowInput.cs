using Mandate.Temporal.Client;

namespace Mandate.Temporal.Interceptors;

/// <summary>A client describes a workflow.</summary>
/// <param name="Id">Workflow id.</param>
/// <param name="RunId">Run, null for the present one.</param>
/// <param name="Options">Options.</param>
public sealed record DescribeWorkflowInput(
    string Id,
    string? RunId,
    WorkflowDescribeOptions? Options)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(DescribeWorkflowInput);
}
