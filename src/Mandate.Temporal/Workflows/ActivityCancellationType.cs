namespace Mandate.Temporal.Workflows;

/// <summary>What a workflow's wait for an activity does when its token is cancelled.</summary>
public enum ActivityCancellationType
{
    /// <summary>Asks the activity to stop and fails the wait at once.</summary>
    TryCancel,

    /// <summary>Asks the activity to stop and waits for how it ends, which may be a result after all. The activity has to heartbeat to learn of it.</summary>
    WaitCancellationCompleted,

    /// <summary>Leaves the activity alone and fails the wait at once.</summary>
    Abandon,
}
