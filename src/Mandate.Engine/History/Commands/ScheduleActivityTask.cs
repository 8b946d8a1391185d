using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.Frontend;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History.Commands;

/// <summary>ActivityTaskScheduled, with time-outs completed as the protocol asks.</summary>
internal sealed class ScheduleActivityTask : CommandHandler
{
    private const WorkflowTaskFailedCause Cause = WorkflowTaskFailedCause.BadScheduleActivityAttributes;

    public override CommandType Type => CommandType.ScheduleActivityTask;

    public override IEnumerable<HistoryEvent> Decide(CommandContext context, Command command)
    {
        var wanted = command.ScheduleActivityTaskCommandAttributes;
        Check.Command(wanted is not null, Cause, "ScheduleActivityTask has no attributes.");
        Check.Command(wanted!.ActivityId.Length > 0, Cause, "An activity needs an id.");
        Check.Command(wanted.ActivityType?.Name is { Length: > 0 }, Cause, "An activity needs a type.");
        Check.CommandLength(wanted.ActivityId, "activity id", context.Limits, Cause);
        Check.CommandLength(wanted.ActivityType!.Name, "activity type", context.Limits, Cause);
        Check.CommandLength(wanted.TaskQueue?.Name ?? "", "task queue", context.Limits, Cause);
        if (RetryPolicies.Problem(wanted.RetryPolicy) is { } problem)
            throw CommandContext.Bad(Cause, $"Activity '{Errors.Shorten(wanted.ActivityId)}': {problem}");
        Check.CommandSize(wanted.Input, "ScheduleActivityTaskCommandAttributes.Input", context.Limits, Cause);
        Check.CommandSize(wanted.Header, "ScheduleActivityTaskCommandAttributes.Header", context.Limits, Cause);
        if (context.State.TryGetActivity(wanted.ActivityId, out _))
            throw CommandContext.Bad(WorkflowTaskFailedCause.ScheduleActivityDuplicateId, $"An activity with the id '{Errors.Shorten(wanted.ActivityId)}' is pending already.");
        if (context.State.Activities.Count >= context.Limits.MaxPendingPerRun)
            throw CommandContext.Bad(WorkflowTaskFailedCause.PendingActivitiesLimitExceeded, $"{context.Limits.MaxPendingPerRun} activities are pending, which is the limit (EngineLimits.MaxPendingPerRun).");

        var attributes = new ActivityTaskScheduledEventAttributes
        {
            ActivityId = wanted.ActivityId,
            ActivityType = wanted.ActivityType,
            TaskQueue = new() { Name = wanted.TaskQueue?.Name is { Length: > 0 } queue ? queue : context.State.TaskQueue, Kind = TaskQueueKind.Normal },
            Header = wanted.Header,
            Input = wanted.Input,
            RetryPolicy = RetryDecision.Complete(wanted.RetryPolicy),
            WorkflowTaskCompletedEventId = context.CompletedId,
            UseWorkflowBuildId = wanted.UseWorkflowBuildId,
            Priority = wanted.Priority,
        };
        SetTimeouts(context, wanted, attributes);
        return [new() { EventType = EventType.ActivityTaskScheduled, ActivityTaskScheduledEventAttributes = attributes }];
    }

    /// <summary>
    /// One of schedule-to-close and start-to-close must be given. The others follow: nothing is longer than the whole, the whole not longer than the run, and a heartbeat not
    /// longer than one attempt.
    /// </summary>
    private static void SetTimeouts(CommandContext context, ScheduleActivityTaskCommandAttributes wanted, ActivityTaskScheduledEventAttributes attributes)
    {
        var scheduleToClose = Durations.Of(wanted.ScheduleToCloseTimeout);
        var scheduleToStart = Durations.Of(wanted.ScheduleToStartTimeout);
        var startToClose = Durations.Of(wanted.StartToCloseTimeout);
        var heartbeat = Durations.Of(wanted.HeartbeatTimeout);
        Check.Command(
            scheduleToClose >= TimeSpan.Zero && scheduleToStart >= TimeSpan.Zero && startToClose >= TimeSpan.Zero && heartbeat >= TimeSpan.Zero,
            Cause,
            $"Activity '{Errors.Shorten(wanted.ActivityId)}' has a negative time-out.");
        var run = Durations.Of(context.State.Started.WorkflowRunTimeout);
        if (scheduleToClose > TimeSpan.Zero)
        {
            scheduleToStart = Durations.AtMost(scheduleToStart, scheduleToClose);
            startToClose = Durations.AtMost(startToClose, scheduleToClose);
        }
        else if (startToClose > TimeSpan.Zero)
        {
            scheduleToClose = run;
            if (scheduleToStart == TimeSpan.Zero)
                scheduleToStart = run;
        }
        else
        {
            throw CommandContext.Bad(Cause, $"Activity '{Errors.Shorten(wanted.ActivityId)}' needs a start-to-close or a schedule-to-close time-out.");
        }

        if (run > TimeSpan.Zero)
        {
            scheduleToClose = Durations.AtMost(scheduleToClose, run);
            scheduleToStart = Durations.AtMost(scheduleToStart, run);
            startToClose = Durations.AtMost(startToClose, run);
        }

        if (heartbeat > startToClose)
            heartbeat = startToClose;
        attributes.ScheduleToCloseTimeout = Duration.FromTimeSpan(scheduleToClose);
        attributes.ScheduleToStartTimeout = Duration.FromTimeSpan(scheduleToStart);
        attributes.StartToCloseTimeout = Duration.FromTimeSpan(startToClose);
        attributes.HeartbeatTimeout = Duration.FromTimeSpan(heartbeat);
    }
}
