using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Sdk.V1;
using Mandate.Temporal.Workflows;
using RetryPolicy = Mandate.Temporal.Common.RetryPolicy;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>A local activity to run.</summary>
internal sealed record LocalActivityRequest
{
    internal required uint Sequence { get; init; }

    internal required string ActivityId { get; init; }

    internal required string ActivityType { get; init; }

    internal Payloads? Input { get; init; }

    internal Header? Header { get; init; }

    internal TimeSpan? ScheduleToCloseTimeout { get; init; }

    internal TimeSpan? ScheduleToStartTimeout { get; init; }

    internal TimeSpan? StartToCloseTimeout { get; init; }

    internal required RetryPolicy RetryPolicy { get; init; }

    /// <summary>Waits between attempts longer than this are left to a timer of the workflow.</summary>
    internal required TimeSpan LocalRetryThreshold { get; init; }

    internal ActivityCancellationType CancellationType { get; init; }

    internal UserMetadata? Metadata { get; init; }

    /// <summary>Attempt to begin with: more than 1 after a timer.</summary>
    internal uint Attempt { get; init; } = 1;

    /// <summary>When the first attempt was scheduled, UTC; null when this is it.</summary>
    internal DateTime? OriginalScheduleTime { get; init; }
}
