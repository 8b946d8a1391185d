using Mandate.Protocol.Api.Common.V1;
using Mandate.Temporal.Client;

namespace Mandate.Temporal.Interceptors;

/// <summary>A client sends an update to a workflow and starts it where it does not run.</summary>
/// <param name="Update">Name of the update.</param>
/// <param name="Args">Arguments of the update.</param>
/// <param name="Options">Options, and what to start.</param>
/// <param name="Headers">Headers; a changed copy of the input changes what is sent.</param>
/// <param name="StartHeaders">Headers of the start.</param>
public sealed record StartUpdateWithStartWorkflowInput(
    string Update,
    IReadOnlyCollection<object?> Args,
    WorkflowStartUpdateWithStartOptions Options,
    IReadOnlyDictionary<string, Payload>? Headers,
    IReadOnlyDictionary<string, Payload>? StartHeaders)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(StartUpdateWithStartWorkflowInput);
}
