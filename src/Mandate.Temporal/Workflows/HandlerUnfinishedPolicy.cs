namespace Mandate.Temporal.Workflows;

/// <summary>What happens when a workflow ends while a signal or update handler still runs.</summary>
public enum HandlerUnfinishedPolicy
{
    /// <summary>A warning is logged. Wait for <c>Workflow.AllHandlersFinished</c> before the workflow returns to avoid it.</summary>
    WarnAndAbandon,

    /// <summary>Nothing.</summary>
    Abandon,
}
