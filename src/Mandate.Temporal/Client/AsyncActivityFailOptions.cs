namespace Mandate.Temporal.Client;

/// <summary>How an activity is failed.</summary>
public sealed record AsyncActivityFailOptions
{
    /// <summary>Details, found by the next attempt.</summary>
    public IReadOnlyCollection<object?>? LastHeartbeatDetails { get; init; }

    /// <summary>How to call.</summary>
    public RpcOptions? Rpc { get; init; }
}
