using Mandate.Protocol.Api.Common.V1;
using Mandate.Temporal.Client;

namespace Mandate.Temporal.Interceptors;

/// <summary>A client starts a workflow, or signals it with the start.</summary>
/// <param name="Workflow">Workflow type.</param>
/// <param name="Args">Arguments.</param>
/// <param name="Options">Options.</param>
/// <param name="Headers">Headers; a changed copy of the input changes what is sent.</param>
public sealed record StartWorkflowInput(
    string Workflow,
    IReadOnlyCollection<object?> Args,
    WorkflowOptions Options,
    IReadOnlyDictionary<string, Payload>? Headers)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(StartWorkflowInput);
}
