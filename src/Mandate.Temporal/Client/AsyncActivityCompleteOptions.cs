namespace Mandate.Temporal.Client;

/// <summary>How an activity is completed.</summary>
public sealed record AsyncActivityCompleteOptions
{
    /// <summary>How to call.</summary>
    public RpcOptions? Rpc { get; init; }
}
