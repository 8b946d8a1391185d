using Mandate.Protocol.Api.Common.V1;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Interceptors;

/// <summary>A signal arrived.</summary>
/// <param name="Signal">Name of the signal.</param>
/// <param name="Definition">Its handler.</param>
/// <param name="Args">Arguments.</param>
/// <param name="Headers">Headers as they arrived.</param>
public sealed record HandleSignalInput(
    string Signal,
    WorkflowSignalDefinition Definition,
    object?[] Args,
    IReadOnlyDictionary<string, Payload>? Headers)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(HandleSignalInput);
}
