namespace Mandate.Temporal.Client;

/// <summary>How a workflow is signalled.</summary>
public sealed record WorkflowSignalOptions
{
    /// <summary>Deduplicates repeated signals; a random one per call when null.</summary>
    public string? RequestId { get; init; }

    /// <summary>How to call.</summary>
    public RpcOptions? Rpc { get; init; }
}
