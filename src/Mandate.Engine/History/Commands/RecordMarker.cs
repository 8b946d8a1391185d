using Mandate.Engine.Frontend;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History.Commands;

/// <summary>MarkerRecorded: kept as it comes, for the worker's eyes alone.</summary>
internal sealed class RecordMarker : CommandHandler
{
    private const WorkflowTaskFailedCause Cause = WorkflowTaskFailedCause.BadRecordMarkerAttributes;

    public override CommandType Type => CommandType.RecordMarker;

    public override IEnumerable<HistoryEvent> Decide(CommandContext context, Command command)
    {
        var wanted = command.RecordMarkerCommandAttributes;
        Check.Command(wanted is { MarkerName.Length: > 0 }, Cause, "A marker needs a name.");
        Check.CommandLength(wanted!.MarkerName, "marker name", context.Limits, Cause);
        Check.CommandSize(wanted.Details.Sum(d => d.Key.Length + d.Value.CalculateSize()), "RecordMarkerCommandAttributes.Details", context.Limits.MaxBlobBytes, Cause);
        var attributes = new MarkerRecordedEventAttributes
        {
            MarkerName = wanted.MarkerName,
            Header = wanted.Header,
            Failure = wanted.Failure,
            WorkflowTaskCompletedEventId = context.CompletedId,
        };
        attributes.Details.Add(wanted.Details);
        return [new() { EventType = EventType.MarkerRecorded, MarkerRecordedEventAttributes = attributes }];
    }
}
