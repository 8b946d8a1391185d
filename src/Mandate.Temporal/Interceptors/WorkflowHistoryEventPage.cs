using Mandate.Protocol.Api.History.V1;

namespace Mandate.Temporal.Interceptors;

/// <summary>A page of history.</summary>
/// <param name="Events">Events in order.</param>
/// <param name="NextPageToken">Where to go on, null at the end.</param>
public sealed record WorkflowHistoryEventPage(
    IReadOnlyList<HistoryEvent> Events,
    byte[]? NextPageToken)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(WorkflowHistoryEventPage);
}
