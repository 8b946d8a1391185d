namespace Mandate.Temporal.Client;

/// <summary>How an update is sent, and which stage to wait for.</summary>
public sealed record WorkflowUpdateStartOptions : WorkflowUpdateOptions
{
    /// <summary>Creates options.</summary>
    /// <param name="waitForStage"><see cref="WorkflowUpdateStage.Accepted"/> or <see cref="WorkflowUpdateStage.Completed"/>.</param>
    public WorkflowUpdateStartOptions(WorkflowUpdateStage waitForStage) => WaitForStage = waitForStage;

    /// <summary>Stage to wait for.</summary>
    public WorkflowUpdateStage WaitForStage { get; init; }
}
