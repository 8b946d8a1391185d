using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.Matching;
using Mandate.Engine.Storage;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.History;

internal sealed partial class RunTransaction
{
    private readonly List<long> _newActivities = [];
    private readonly HashSet<long> _touchedActivities = [];

    /// <summary>Says that what no event holds of an activity has changed.</summary>
    public void Touch(ActivityState activity)
    {
        Transaction.Touch();
        _touchedActivities.Add(activity.ScheduledId);
    }

    /// <summary>A worker takes the activity.</summary>
    public PollActivityTaskQueueResponse StartActivity(ActivityState activity, string identity)
    {
        activity.StartedAt = Now;
        activity.WorkerIdentity = identity;
        activity.HeartbeatAt = null;
        Touch(activity);
        return ActivityTaskAnswer.Create(this, activity);
    }

    /// <summary>Ends an activity: its start is written only now, with the final attempt, right before <paramref name="end"/>.</summary>
    public void CloseActivity(ActivityState activity, Func<long, HistoryEvent> end)
    {
        Touch(activity);
        var startedId = 0L;
        if (activity.IsStarted)
        {
            startedId = Record(new()
            {
                EventTime = activity.StartedAt!.Value.ToTimestamp(),
                EventType = EventType.ActivityTaskStarted,
                ActivityTaskStartedEventAttributes = new()
                {
                    ScheduledEventId = activity.ScheduledId,
                    Identity = activity.WorkerIdentity,
                    RequestId = Guid.CreateVersion7(Now).ToString(),
                    Attempt = activity.Attempt,
                    LastFailure = activity.LastFailure,
                },
            }).EventId;
        }

        Record(end(startedId));
        WantTask();
    }

    /// <summary>Ends an attempt that failed or timed out: retried after its back-off when the policy allows it, else ended for good.</summary>
    /// <returns>How the retry was decided.</returns>
    public RetryState FailActivity(ActivityState activity, Failure failure, string identity, Func<RetryState, long, HistoryEvent>? end = null)
    {
        var (retry, delay) = RetryDecision.Next(activity, failure, Now);
        if (retry == RetryState.InProgress)
        {
            activity.Attempt++;
            activity.AttemptScheduledAt = Now + delay;
            activity.AttemptCompletedAt = Now;
            activity.StartedAt = null;
            activity.LastFailure = failure;
            activity.Offered = false;
            Touch(activity);
            if (delay <= TimeSpan.Zero)
                _newActivities.Add(activity.ScheduledId);
            return retry;
        }

        CloseActivity(activity, startedId => end is not null ? end(retry, startedId) : new()
        {
            EventType = EventType.ActivityTaskFailed,
            ActivityTaskFailedEventAttributes = new()
            {
                ScheduledEventId = activity.ScheduledId,
                StartedEventId = startedId,
                Failure = failure,
                Identity = identity,
                RetryState = retry,
            },
        });
        return retry;
    }

    /// <summary>An activity ends as canceled.</summary>
    public void CancelActivity(ActivityState activity, Payloads? details, string identity) => CloseActivity(activity, startedId => new()
    {
        EventType = EventType.ActivityTaskCanceled,
        ActivityTaskCanceledEventAttributes = new()
        {
            ScheduledEventId = activity.ScheduledId,
            StartedEventId = startedId,
            LatestCancelRequestedEventId = activity.CancelRequestedId,
            Details = details,
            Identity = identity,
        },
    });

    /// <summary>Offers an activity whose back-off has passed, or that an operator released.</summary>
    public void OfferActivity(ActivityState activity)
    {
        Transaction.Touch();
        _newActivities.Add(activity.ScheduledId);
    }

    /// <summary>Brings activities that may start now to their workers: within the same commit to those that poll already, else to the queue after it.</summary>
    private void DispatchActivities()
    {
        foreach (var scheduledId in _newActivities)
        {
            if (!State.Activities.TryGetValue(scheduledId, out var activity) || activity.IsStarted || activity.Pause is not null || activity.AttemptScheduledAt > Now)
                continue;
            var key = new TaskQueueKey(Run.Namespace.Key, activity.Attributes.TaskQueue.Name, IsActivity: true);
            var item = new ActivityTaskItem(Core, Run, scheduledId, activity.Attempt);
            activity.Offered = true;
            if (!_isResuming && Transaction.TryReserve(Core.Matcher.Queue(key)) is { } poller)
            {
                item.Answer = StartActivity(activity, poller.Identity);
                Transaction.Then(() =>
                {
                    if (!poller.TryDeliver(item))
                        Core.Matcher.Offer(key, item, first: true);
                });
            }
            else
            {
                _touchedActivities.Add(scheduledId);
                Transaction.Then(() => Core.Matcher.Offer(key, item));
            }
        }
    }

    private void WriteActivities()
    {
        foreach (var scheduledId in _touchedActivities)
        {
            if (State.Activities.TryGetValue(scheduledId, out var activity))
            {
                // Without an attempt begun or ended the Scheduled event says it all.
                if (activity.IsStarted || activity.Attempt > 1 || activity.Pause is not null || activity.AttemptCompletedAt is not null)
                    Transaction.Write(new PartWritten(Run.Key, PartKind.Activity, scheduledId, activity.ToPart()));
            }
            else
            {
                Transaction.Write(new PartDeleted(Run.Key, PartKind.Activity, scheduledId));
            }
        }
    }
}
