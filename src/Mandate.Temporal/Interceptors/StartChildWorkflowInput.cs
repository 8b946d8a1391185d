using Mandate.Protocol.Api.Common.V1;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Interceptors;

/// <summary>A workflow starts a child.</summary>
/// <param name="Workflow">Workflow type.</param>
/// <param name="Args">Arguments.</param>
/// <param name="Options">Options.</param>
/// <param name="Headers">Headers; a changed copy of the input changes what is sent.</param>
public sealed record StartChildWorkflowInput(
    string Workflow,
    IReadOnlyCollection<object?> Args,
    ChildWorkflowOptions Options,
    IReadOnlyDictionary<string, Payload>? Headers)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(StartChildWorkflowInput);
}
