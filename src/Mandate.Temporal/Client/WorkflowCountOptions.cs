namespace Mandate.Temporal.Client;

/// <summary>How workflows are counted.</summary>
public sealed record WorkflowCountOptions
{
    /// <summary>How to call.</summary>
    public RpcOptions? Rpc { get; init; }
}
