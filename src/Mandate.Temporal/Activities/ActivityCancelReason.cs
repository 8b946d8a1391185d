namespace Mandate.Temporal.Activities;

/// <summary>Why an activity's token is cancelled.</summary>
public enum ActivityCancelReason
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>The workflow asked for it.</summary>
    CancelRequested,

    /// <summary>The server no longer knows the attempt: it timed out or the workflow has ended. Nothing is reported any more.</summary>
    GoneFromServer,

    /// <summary>The time for a local activity is over.</summary>
    Timeout,

    /// <summary>The attempt was paused by an operator.</summary>
    Paused,

    /// <summary>The attempt was reset by an operator.</summary>
    Reset,

    /// <summary>The worker stops, and the grace period is over.</summary>
    WorkerShutdown,

    /// <summary>A heartbeat's details could not be converted.</summary>
    HeartbeatRecordFailure,
}
