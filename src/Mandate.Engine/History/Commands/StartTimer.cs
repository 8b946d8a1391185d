using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.Frontend;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History.Commands;

/// <summary>TimerStarted.</summary>
internal sealed class StartTimer : CommandHandler
{
    private const WorkflowTaskFailedCause Cause = WorkflowTaskFailedCause.BadStartTimerAttributes;

    public override CommandType Type => CommandType.StartTimer;

    public override IEnumerable<HistoryEvent> Decide(CommandContext context, Command command)
    {
        var wanted = command.StartTimerCommandAttributes;
        Check.Command(wanted is { TimerId.Length: > 0 }, Cause, "A timer needs an id.");
        Check.CommandLength(wanted!.TimerId, "timer id", context.Limits, Cause);
        var time = Durations.Of(wanted.StartToFireTimeout);
        Check.Command(time > TimeSpan.Zero, Cause, $"Timer '{Errors.Shorten(wanted.TimerId)}' needs a time longer than zero.");
        if (context.State.Timers.ContainsKey(wanted.TimerId))
            throw CommandContext.Bad(WorkflowTaskFailedCause.StartTimerDuplicateId, $"A timer with the id '{Errors.Shorten(wanted.TimerId)}' runs already.");
        return
        [
            new()
            {
                EventType = EventType.TimerStarted,
                TimerStartedEventAttributes = new()
                {
                    TimerId = wanted.TimerId,
                    StartToFireTimeout = Duration.FromTimeSpan(time),
                    WorkflowTaskCompletedEventId = context.CompletedId,
                },
            },
        ];
    }
}
