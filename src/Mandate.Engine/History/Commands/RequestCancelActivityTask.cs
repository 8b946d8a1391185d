using Mandate.Engine.Frontend;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History.Commands;

/// <summary>ActivityTaskCancelRequested; an activity no worker has is canceled at once.</summary>
internal sealed class RequestCancelActivityTask : CommandHandler
{
    private const WorkflowTaskFailedCause Cause = WorkflowTaskFailedCause.BadRequestCancelActivityAttributes;

    public override CommandType Type => CommandType.RequestCancelActivityTask;

    public override IEnumerable<HistoryEvent> Decide(CommandContext context, Command command)
    {
        var wanted = command.RequestCancelActivityTaskCommandAttributes;
        Check.Command(wanted is { ScheduledEventId: > 0 }, Cause, "RequestCancelActivityTask names no scheduled event.");
        var scheduledId = wanted!.ScheduledEventId;
        Check.Command(scheduledId < context.State.NextEventId, Cause, $"RequestCancelActivityTask names event {scheduledId}, which does not exist.");

        // The activity may have ended while the worker made up its mind: its end is on its way to the worker, and the request is recorded all the same.
        var requested = new HistoryEvent
        {
            EventType = EventType.ActivityTaskCancelRequested,
            ActivityTaskCancelRequestedEventAttributes = new() { ScheduledEventId = scheduledId, WorkflowTaskCompletedEventId = context.CompletedId },
        };
        if (!context.State.Activities.TryGetValue(scheduledId, out var activity))
        {
            var ended = context.State.Buffered.Exists(b => EventKinds.EndedActivity(b.Event) == scheduledId);
            return ended ? [requested] : throw CommandContext.Bad(Cause, $"No activity scheduled by event {scheduledId} is pending.");
        }

        if (activity.IsCancelRequested)
            return [];
        if (activity.IsStarted)
            return [requested];
        return
        [
            requested,
            new()
            {
                EventType = EventType.ActivityTaskCanceled,
                ActivityTaskCanceledEventAttributes = new()
                {
                    ScheduledEventId = scheduledId,
                    LatestCancelRequestedEventId = context.State.NextEventId,
                    Details = activity.HeartbeatDetails,
                },
            },
        ];
    }
}
