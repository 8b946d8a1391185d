using Mandate.Protocol.Api.Common.V1;
using Mandate.Temporal.Client;

namespace Mandate.Temporal.Interceptors;

/// <summary>A client sends an update to a workflow.</summary>
/// <param name="Id">Workflow id.</param>
/// <param name="RunId">Run, null for the present one.</param>
/// <param name="FirstExecutionRunId">First run of the chain the update is meant for, null for any.</param>
/// <param name="Update">Name of the update.</param>
/// <param name="Args">Arguments.</param>
/// <param name="Options">Options.</param>
/// <param name="Headers">Headers; a changed copy of the input changes what is sent.</param>
public sealed record StartWorkflowUpdateInput(
    string Id,
    string? RunId,
    string? FirstExecutionRunId,
    string Update,
    IReadOnlyCollection<object?> Args,
    WorkflowUpdateStartOptions Options,
    IReadOnlyDictionary<string, Payload>? Headers)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(StartWorkflowUpdateInput);
}
