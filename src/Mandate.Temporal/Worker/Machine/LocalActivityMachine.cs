using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>
/// waits for its marker (replay) → running → resolved. However it ends, a marker records it, and on replay the marker is what ends it.
/// </summary>
internal sealed class LocalActivityMachine(WorkflowMachine workflow, LocalActivityRequest request) : CommandMachine(workflow)
{
    internal LocalActivityRequest Request { get; } = request;

    /// <summary>Handed out to be run.</summary>
    internal bool Running { get; set; }

    /// <summary>The workflow gave it up while its marker was awaited.</summary>
    internal bool CancelRequested { get; set; }

    /// <summary>Records the end and tells the workflow.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="completeTime">The workflow's time from now on, UTC.</param>
    internal void Resolve(LocalActivityOutcome outcome, DateTime completeTime)
    {
        var marker = new LocalActivityMarker(
            Request.Sequence,
            outcome.Attempt,
            Request.ActivityId,
            Request.ActivityType,
            LocalActivityMarker.Moment.Of(completeTime),
            outcome.Retry is { } retry ? LocalActivityMarker.Moment.Of(retry.Backoff) : null,
            outcome.Retry is null ? null : LocalActivityMarker.Moment.Of(outcome.Retry.OriginalScheduleTime));
        var attributes = new RecordMarkerCommandAttributes
        {
            MarkerName = Markers.LocalActivity,
            Details = { [Markers.LocalActivityData] = new Payloads { Payloads_ = { Markers.Json(marker) } } },
            Failure = outcome.Failure,
        };
        if (outcome.Failure is null)
            attributes.Details[Markers.LocalActivityResult] = outcome.Result ?? new Payloads();
        Workflow.Add(new Command { CommandType = CommandType.RecordMarker, UserMetadata = Request.Metadata, RecordMarkerCommandAttributes = attributes }, this);
        Workflow.AdvanceTime(completeTime);
        Workflow.Push(new WorkflowJob.ResolveLocalActivity(Request.Sequence, outcome.Result, outcome.Failure, outcome.Retry));
    }

    internal override void OnRecorded(Command command, HistoryEvent recorded)
    {
        if (!LocalActivityMarker.TryRead(recorded, out var marker))
            throw new NonDeterminismException($"History has {HistoryText.Of(recorded)}, but the workflow's next command is {HistoryText.Of(command)}.");
        Match("local activity number", marker.Sequence.ToString(), Request.Sequence.ToString(), command, recorded);
        Match("activity id", marker.ActivityId, Request.ActivityId, command, recorded);
        Match("activity type", marker.ActivityType, Request.ActivityType, command, recorded);
    }
}
