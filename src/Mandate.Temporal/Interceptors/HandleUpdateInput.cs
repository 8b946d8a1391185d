using Mandate.Protocol.Api.Common.V1;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Interceptors;

/// <summary>An update arrived.</summary>
/// <param name="Id">Id of the update.</param>
/// <param name="Update">Name of the update.</param>
/// <param name="Definition">Its handler.</param>
/// <param name="Args">Arguments.</param>
/// <param name="Headers">Headers as they arrived.</param>
public sealed record HandleUpdateInput(
    string Id,
    string Update,
    WorkflowUpdateDefinition Definition,
    object?[] Args,
    IReadOnlyDictionary<string, Payload>? Headers)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(HandleUpdateInput);
}
