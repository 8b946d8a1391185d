using Mandate.Temporal.Common;

namespace Mandate.Temporal.Workflows;

/// <summary>How an activity is scheduled. Either <see cref="StartToCloseTimeout"/> or <see cref="ScheduleToCloseTimeout"/> is needed.</summary>
public sealed record ActivityOptions
{
    /// <summary>Time for all attempts together.</summary>
    public TimeSpan? ScheduleToCloseTimeout { get; init; }

    /// <summary>Time until a worker takes it; not retried.</summary>
    public TimeSpan? ScheduleToStartTimeout { get; init; }

    /// <summary>Time for one attempt.</summary>
    public TimeSpan? StartToCloseTimeout { get; init; }

    /// <summary>Longest silence between heartbeats before the attempt counts as lost. Needed for an activity that is to hear of its cancellation.</summary>
    public TimeSpan? HeartbeatTimeout { get; init; }

    /// <summary>How failed attempts are repeated; null for the server's default: without end, 1 s growing twofold to 100 s.</summary>
    public RetryPolicy? RetryPolicy { get; init; }

    /// <summary>What a cancellation does.</summary>
    public ActivityCancellationType CancellationType { get; init; } = ActivityCancellationType.TryCancel;

    /// <summary>Cancels the activity; the workflow's own token when null.</summary>
    public CancellationToken? CancellationToken { get; init; }

    /// <summary>Task queue; the workflow's own when null.</summary>
    public string? TaskQueue { get; init; }

    /// <summary>One line for people, shown by tools.</summary>
    public string? Summary { get; init; }

    /// <summary>Id of the activity, unique among those running in the run; numbered when null.</summary>
    public string? ActivityId { get; init; }

    /// <summary>Which of several waiting tasks goes first.</summary>
    public Priority? Priority { get; init; }
}
