using Mandate.Temporal.Client;

namespace Mandate.Temporal.Interceptors;

/// <summary>A client lists workflows.</summary>
/// <param name="Query">Visibility query.</param>
/// <param name="Options">Options.</param>
public sealed record ListWorkflowsInput(
    string Query,
    WorkflowListOptions? Options)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(ListWorkflowsInput);
}
