namespace Mandate.Temporal.Client;

/// <summary>How a workflow is terminated.</summary>
public sealed record WorkflowTerminateOptions
{
    /// <summary>Values kept with the termination.</summary>
    public IReadOnlyCollection<object?>? Details { get; init; }

    /// <summary>How to call.</summary>
    public RpcOptions? Rpc { get; init; }
}
