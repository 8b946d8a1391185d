using Mandate.Temporal.Common;

namespace Mandate.Temporal.Workflows;

/// <summary>
/// How a local activity is run: in the worker, inside the workflow task, recorded as a marker when it is done. For short work only.
/// Either <see cref="StartToCloseTimeout"/> or <see cref="ScheduleToCloseTimeout"/> is needed.
/// </summary>
public sealed record LocalActivityOptions
{
    /// <summary>Time for all attempts together.</summary>
    public TimeSpan? ScheduleToCloseTimeout { get; init; }

    /// <summary>Time until it begins.</summary>
    public TimeSpan? ScheduleToStartTimeout { get; init; }

    /// <summary>Time for one attempt.</summary>
    public TimeSpan? StartToCloseTimeout { get; init; }

    /// <summary>How failed attempts are repeated; null for the defaults of <see cref="Common.RetryPolicy"/>.</summary>
    public RetryPolicy? RetryPolicy { get; init; }

    /// <summary>Waits between attempts longer than this become workflow timers instead of keeping the task open. Default 1 minute.</summary>
    public TimeSpan? LocalRetryThreshold { get; init; }

    /// <summary>What a cancellation does.</summary>
    public ActivityCancellationType CancellationType { get; init; } = ActivityCancellationType.TryCancel;

    /// <summary>Cancels the activity; the workflow's own token when null.</summary>
    public CancellationToken? CancellationToken { get; init; }

    /// <summary>Id of the activity; numbered when null.</summary>
    public string? ActivityId { get; init; }

    /// <summary>One line for people, shown by tools.</summary>
    public string? Summary { get; init; }
}
