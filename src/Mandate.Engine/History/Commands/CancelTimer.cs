using Mandate.Engine.Frontend;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History.Commands;

/// <summary>TimerCanceled. A firing the worker has not seen yet is taken back: to the workflow the timer never fired.</summary>
internal sealed class CancelTimer : CommandHandler
{
    private const WorkflowTaskFailedCause Cause = WorkflowTaskFailedCause.BadCancelTimerAttributes;

    public override CommandType Type => CommandType.CancelTimer;

    public override IEnumerable<HistoryEvent> Decide(CommandContext context, Command command)
    {
        var timerId = command.CancelTimerCommandAttributes?.TimerId ?? "";
        Check.Command(timerId.Length > 0, Cause, "CancelTimer names no timer.");
        long startedId;
        if (context.State.Timers.TryGetValue(timerId, out var timer))
            startedId = timer.StartedId;
        else if (context.State.Buffered.Find(b => b.Event.EventType == EventType.TimerFired && b.Event.TimerFiredEventAttributes.TimerId == timerId).Event is { } fired)
            startedId = fired.TimerFiredEventAttributes.StartedEventId;
        else
            throw CommandContext.Bad(Cause, $"There is no timer '{Errors.Shorten(timerId)}' to cancel.");
        return
        [
            new()
            {
                EventType = EventType.TimerCanceled,
                TimerCanceledEventAttributes = new()
                {
                    TimerId = timerId,
                    StartedEventId = startedId,
                    WorkflowTaskCompletedEventId = context.CompletedId,
                },
            },
        ];
    }
}
