using Mandate.Protocol.Api.Common.V1;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Interceptors;

/// <summary>A query arrived.</summary>
/// <param name="Id">Id of the query.</param>
/// <param name="Query">Name of the query.</param>
/// <param name="Definition">Its handler.</param>
/// <param name="Args">Arguments.</param>
/// <param name="Headers">Headers as they arrived.</param>
public sealed record HandleQueryInput(
    string Id,
    string Query,
    WorkflowQueryDefinition Definition,
    object?[] Args,
    IReadOnlyDictionary<string, Payload>? Headers)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(HandleQueryInput);
}
