namespace Mandate.Temporal.Client;

/// <summary>How an update is sent to a workflow that is started where it does not run.</summary>
public sealed record WorkflowStartUpdateWithStartOptions : WorkflowUpdateOptions
{
    /// <summary>Workflow type to start.</summary>
    public required string Workflow { get; init; }

    /// <summary>Arguments of the run method.</summary>
    public IReadOnlyCollection<object?> Args { get; init; } = [];

    /// <summary>How it is started; the conflict policy is needed.</summary>
    public required WorkflowOptions Start { get; init; }

    /// <summary>Stage to wait for.</summary>
    public WorkflowUpdateStage WaitForStage { get; init; } = WorkflowUpdateStage.Accepted;
}
