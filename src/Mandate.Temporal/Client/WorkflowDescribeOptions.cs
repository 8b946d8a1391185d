namespace Mandate.Temporal.Client;

/// <summary>How a workflow is described.</summary>
public sealed record WorkflowDescribeOptions
{
    /// <summary>How to call.</summary>
    public RpcOptions? Rpc { get; init; }
}
