using Mandate.Protocol.Api.Enums.V1;
using Mandate.Temporal.Client;

namespace Mandate.Temporal.Interceptors;

/// <summary>A client reads a page of history.</summary>
/// <param name="Id">Workflow id.</param>
/// <param name="RunId">Run, null for the present one.</param>
/// <param name="PageSize">Most events of a page, null for the server's choice.</param>
/// <param name="NextPageToken">Where to go on, null for the beginning.</param>
/// <param name="WaitNewEvent">Whether to wait for events that are not there yet.</param>
/// <param name="EventFilterType">Which events.</param>
/// <param name="SkipArchival">Whether to leave out archived histories.</param>
/// <param name="Rpc">How to call.</param>
public sealed record FetchWorkflowHistoryEventPageInput(
    string Id,
    string? RunId,
    int? PageSize,
    byte[]? NextPageToken,
    bool WaitNewEvent,
    HistoryEventFilterType EventFilterType,
    bool SkipArchival,
    RpcOptions? Rpc)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(FetchWorkflowHistoryEventPageInput);
}
