using Mandate.Protocol.Api.Common.V1;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Interceptors;

/// <summary>A workflow runs a local activity.</summary>
/// <param name="Activity">Activity type.</param>
/// <param name="Args">Arguments.</param>
/// <param name="Options">Options.</param>
/// <param name="Headers">Headers; a changed copy of the input changes what is sent.</param>
public sealed record ScheduleLocalActivityInput(
    string Activity,
    IReadOnlyCollection<object?> Args,
    LocalActivityOptions Options,
    IReadOnlyDictionary<string, Payload>? Headers)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(ScheduleLocalActivityInput);
}
