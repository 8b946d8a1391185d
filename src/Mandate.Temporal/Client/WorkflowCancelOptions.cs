namespace Mandate.Temporal.Client;

/// <summary>How a workflow is asked to cancel.</summary>
public sealed record WorkflowCancelOptions
{
    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>How to call.</summary>
    public RpcOptions? Rpc { get; init; }
}
