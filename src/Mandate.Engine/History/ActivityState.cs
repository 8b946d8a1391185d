using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.Storage.Records;
using Mandate.Engine.Timers;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

/// <summary>A pending activity. What the Scheduled event fixes is read from it; the rest changes with each attempt and is kept as an <see cref="ActivityPart"/>.</summary>
internal sealed class ActivityState(HistoryEvent scheduled)
{
    public HistoryEvent ScheduledEvent { get; } = scheduled;

    public long ScheduledId => ScheduledEvent.EventId;

    public ActivityTaskScheduledEventAttributes Attributes => ScheduledEvent.ActivityTaskScheduledEventAttributes;

    public string ActivityId => Attributes.ActivityId;

    public DateTimeOffset ScheduledAt { get; } = scheduled.EventTime.ToDateTimeOffset();

    /// <summary>Counts from 1.</summary>
    public int Attempt { get; set; } = 1;

    /// <summary>When this attempt may start: later than now during a back-off.</summary>
    public DateTimeOffset AttemptScheduledAt { get; set; } = scheduled.EventTime.ToDateTimeOffset();

    /// <summary>When a worker took this attempt; null while none has.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    public string WorkerIdentity { get; set; } = "";

    public Payloads? HeartbeatDetails { get; set; }

    public DateTimeOffset? HeartbeatAt { get; set; }

    public Failure? LastFailure { get; set; }

    /// <summary>When the attempt before this one ended.</summary>
    public DateTimeOffset? AttemptCompletedAt { get; set; }

    /// <summary>Id of ActivityTaskCancelRequested, 0 without one.</summary>
    public long CancelRequestedId { get; set; }

    /// <summary>Set while an operator holds the activity back.</summary>
    public ActivityPause? Pause { get; set; }

    public bool IsStarted => StartedAt is not null;

    public bool IsCancelRequested => CancelRequestedId != 0;

    /// <summary>The armed timer, which is no part of the state.</summary>
    public TimerEntry? Timer { get; set; }

    /// <summary>True when the activity has been offered to its queue in its present attempt; no part of the state.</summary>
    public bool Offered { get; set; }

    public ActivityPart ToPart()
    {
        var part = new ActivityPart
        {
            Attempt = Attempt,
            AttemptScheduled = AttemptScheduledAt.ToTimestamp(),
            Started = StartedAt?.ToTimestamp(),
            WorkerIdentity = WorkerIdentity,
            HeartbeatDetails = HeartbeatDetails,
            Heartbeat = HeartbeatAt?.ToTimestamp(),
            LastFailure = LastFailure,
            AttemptCompleted = AttemptCompletedAt?.ToTimestamp(),
        };
        if (Pause is { } pause)
        {
            part.Paused = true;
            part.PauseTime = pause.Time.ToTimestamp();
            part.PauseIdentity = pause.Identity;
            part.PauseReason = pause.Reason;
        }

        return part;
    }

    public void Restore(ActivityPart part)
    {
        Attempt = part.Attempt;
        AttemptScheduledAt = part.AttemptScheduled.ToDateTimeOffset();
        StartedAt = part.Started?.ToDateTimeOffset();
        WorkerIdentity = part.WorkerIdentity;
        HeartbeatDetails = part.HeartbeatDetails;
        HeartbeatAt = part.Heartbeat?.ToDateTimeOffset();
        LastFailure = part.LastFailure;
        AttemptCompletedAt = part.AttemptCompleted?.ToDateTimeOffset();
        Pause = part.Paused ? new(part.PauseTime.ToDateTimeOffset(), part.PauseIdentity, part.PauseReason) : null;
    }
}
