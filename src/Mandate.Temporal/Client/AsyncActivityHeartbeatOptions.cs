namespace Mandate.Temporal.Client;

/// <summary>How a heartbeat is sent.</summary>
public sealed record AsyncActivityHeartbeatOptions
{
    /// <summary>Details, found by the next attempt.</summary>
    public IReadOnlyCollection<object?>? Details { get; init; }

    /// <summary>How to call.</summary>
    public RpcOptions? Rpc { get; init; }
}
