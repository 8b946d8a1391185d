using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Temporal.Client;

/// <summary>How events are fetched.</summary>
public sealed record WorkflowHistoryEventFetchOptions
{
    /// <summary>Whether to wait for events that are not there yet, until the run is closed.</summary>
    public bool WaitNewEvent { get; init; }

    /// <summary>Which events; all by default.</summary>
    public HistoryEventFilterType EventFilterType { get; init; } = HistoryEventFilterType.AllEvent;

    /// <summary>Whether to leave out archived histories.</summary>
    public bool SkipArchival { get; init; }

    /// <summary>How to call.</summary>
    public RpcOptions? Rpc { get; init; }
}
