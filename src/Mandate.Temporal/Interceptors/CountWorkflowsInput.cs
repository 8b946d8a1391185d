using Mandate.Temporal.Client;

namespace Mandate.Temporal.Interceptors;

/// <summary>A client counts workflows.</summary>
/// <param name="Query">Visibility query.</param>
/// <param name="Options">Options.</param>
public sealed record CountWorkflowsInput(
    string Query,
    WorkflowCountOptions? Options)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(CountWorkflowsInput);
}
