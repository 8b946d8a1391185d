using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Temporal.Client;

/// <summary>How a history is fetched.</summary>
public sealed record WorkflowHistoryFetchOptions
{
    /// <summary>Which events; all by default.</summary>
    public HistoryEventFilterType EventFilterType { get; init; } = HistoryEventFilterType.AllEvent;

    /// <summary>Whether to leave out archived histories.</summary>
    public bool SkipArchival { get; init; }

    /// <summary>How to call.</summary>
    public RpcOptions? Rpc { get; init; }
}
