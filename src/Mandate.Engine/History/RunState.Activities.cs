using System.Diagnostics.CodeAnalysis;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

internal sealed partial class RunState
{
    private readonly Dictionary<string, long> _activityIds = new(StringComparer.Ordinal);

    /// <summary>Pending activities by scheduled event id.</summary>
    public Dictionary<long, ActivityState> Activities { get; } = [];

    public bool TryGetActivity(string activityId, [NotNullWhen(true)] out ActivityState? activity)
    {
        activity = null;
        return _activityIds.TryGetValue(activityId, out var scheduledId) && Activities.TryGetValue(scheduledId, out activity);
    }

    private void ApplyActivity(HistoryEvent item)
    {
        switch (item.EventType)
        {
            case EventType.ActivityTaskScheduled:
                var activity = new ActivityState(item);
                Activities.Add(item.EventId, activity);
                _activityIds[activity.ActivityId] = item.EventId;
                break;
            case EventType.ActivityTaskCancelRequested:
                if (Activities.TryGetValue(item.ActivityTaskCancelRequestedEventAttributes.ScheduledEventId, out var canceled))
                    canceled.CancelRequestedId = item.EventId;
                break;
            case EventType.ActivityTaskCompleted:
                RemoveActivity(item.ActivityTaskCompletedEventAttributes.ScheduledEventId);
                break;
            case EventType.ActivityTaskFailed:
                RemoveActivity(item.ActivityTaskFailedEventAttributes.ScheduledEventId);
                break;
            case EventType.ActivityTaskTimedOut:
                RemoveActivity(item.ActivityTaskTimedOutEventAttributes.ScheduledEventId);
                break;
            default:
                RemoveActivity(item.ActivityTaskCanceledEventAttributes.ScheduledEventId);
                break;
        }
    }

    private void RemoveActivity(long scheduledId)
    {
        if (!Activities.Remove(scheduledId, out var activity))
            return;
        activity.Timer?.Cancel();
        // A later activity may have taken the same id.
        if (_activityIds.TryGetValue(activity.ActivityId, out var holder) && holder == scheduledId)
            _activityIds.Remove(activity.ActivityId);
    }
}
