using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.Protocol.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>What one workflow task brings: events up to its start and the messages that came with it.</summary>
/// <param name="Events">Events in order; from the first of the run, or from the one after the last the machine has seen.</param>
/// <param name="PreviousStartedEventId">Started event of the last workflow task that was completed; 0 for none. Events up to it are a replay.</param>
/// <param name="Messages">Protocol messages, such as update requests.</param>
internal sealed record HistorySlice(IReadOnlyList<HistoryEvent> Events, long PreviousStartedEventId, IReadOnlyList<Message> Messages);
