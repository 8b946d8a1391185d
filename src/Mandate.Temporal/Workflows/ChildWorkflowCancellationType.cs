namespace Mandate.Temporal.Workflows;

/// <summary>What a workflow's wait for a child does when its token is cancelled.</summary>
public enum ChildWorkflowCancellationType
{
    /// <summary>Leaves the child alone and fails the wait at once.</summary>
    Abandon,

    /// <summary>Asks the child to cancel and fails the wait at once.</summary>
    TryCancel,

    /// <summary>Asks the child to cancel and waits for how it ends.</summary>
    WaitCancellationCompleted,

    /// <summary>Asks the child to cancel and waits until the server has taken the request.</summary>
    WaitCancellationRequested,
}
