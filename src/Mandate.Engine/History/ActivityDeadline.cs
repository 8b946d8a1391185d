using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.History;

/// <summary>The times at which something is due for a pending activity.</summary>
internal static class ActivityDeadline
{
    /// <summary>When to look at the activity next: its earliest time-out, or the end of its back-off.</summary>
    public static DateTimeOffset? Next(ActivityState activity, DateTimeOffset now)
    {
        DateTimeOffset? due = null;
        foreach (var (_, at) in Timeouts(activity))
            due = at < (due ?? DateTimeOffset.MaxValue) ? at : due;
        if (!activity.IsStarted && !activity.Offered && activity.Pause is null && activity.AttemptScheduledAt > now && activity.AttemptScheduledAt < (due ?? DateTimeOffset.MaxValue))
            due = activity.AttemptScheduledAt;
        return due;
    }

    /// <summary>The time-out that has passed, if any; the earliest, and of two at the same time schedule-to-start before schedule-to-close.</summary>
    public static TimeoutType? Passed(ActivityState activity, DateTimeOffset now)
    {
        TimeoutType? passed = null;
        var first = DateTimeOffset.MaxValue;
        foreach (var (type, at) in Timeouts(activity))
        {
            if (at <= now && at < first)
                (passed, first) = (type, at);
        }

        return passed;
    }

    public static string Name(TimeoutType type) => type switch
    {
        TimeoutType.StartToClose => "StartToClose",
        TimeoutType.ScheduleToStart => "ScheduleToStart",
        TimeoutType.ScheduleToClose => "ScheduleToClose",
        TimeoutType.Heartbeat => "Heartbeat",
        _ => "unknown",
    };

    /// <summary>In the order in which they win a tie.</summary>
    private static IEnumerable<(TimeoutType Type, DateTimeOffset At)> Timeouts(ActivityState activity)
    {
        var attributes = activity.Attributes;
        if (activity.StartedAt is { } started)
        {
            if (Positive(attributes.StartToCloseTimeout) is { } startToClose)
                yield return (TimeoutType.StartToClose, started + startToClose);
            if (Positive(attributes.HeartbeatTimeout) is { } heartbeat)
                yield return (TimeoutType.Heartbeat, (activity.HeartbeatAt ?? started) + heartbeat);
        }
        else if (Positive(attributes.ScheduleToStartTimeout) is { } scheduleToStart)
        {
            yield return (TimeoutType.ScheduleToStart, activity.AttemptScheduledAt + scheduleToStart);
        }

        if (Positive(attributes.ScheduleToCloseTimeout) is { } scheduleToClose)
            yield return (TimeoutType.ScheduleToClose, activity.ScheduledAt + scheduleToClose);
    }

    private static TimeSpan? Positive(Duration? duration) => Durations.Of(duration) is var value && value > TimeSpan.Zero ? value : null;
}
