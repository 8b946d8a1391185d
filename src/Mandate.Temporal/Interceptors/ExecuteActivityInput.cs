using Mandate.Protocol.Api.Common.V1;
using Mandate.Temporal.Activities;

namespace Mandate.Temporal.Interceptors;

/// <summary>An activity, or a local one, is run.</summary>
/// <param name="Activity">The activity.</param>
/// <param name="Args">Arguments.</param>
/// <param name="Headers">Headers as they arrived.</param>
public sealed record ExecuteActivityInput(
    ActivityDefinition Activity,
    object?[] Args,
    IReadOnlyDictionary<string, Payload>? Headers)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(ExecuteActivityInput);
}
