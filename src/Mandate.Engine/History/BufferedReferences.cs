using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

/// <summary>An event in the buffer may refer to another that has no id yet either: an activity's or a child's end to its start.</summary>
internal static class BufferedReferences
{
    public static void Remember(HistoryEvent item, Dictionary<long, long> activityStarts, Dictionary<long, long> childStarts)
    {
        if (item.EventType == EventType.ActivityTaskStarted)
            activityStarts[item.ActivityTaskStartedEventAttributes.ScheduledEventId] = item.EventId;
        else if (item.EventType == EventType.ChildWorkflowExecutionStarted)
            childStarts[item.ChildWorkflowExecutionStartedEventAttributes.InitiatedEventId] = item.EventId;
    }

    public static void Rewire(HistoryEvent item, Dictionary<long, long> activityStarts, Dictionary<long, long> childStarts)
    {
        switch (item.AttributesCase)
        {
            case HistoryEvent.AttributesOneofCase.ActivityTaskCompletedEventAttributes:
                var completed = item.ActivityTaskCompletedEventAttributes;
                completed.StartedEventId = Started(activityStarts, completed.ScheduledEventId, completed.StartedEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ActivityTaskFailedEventAttributes:
                var failed = item.ActivityTaskFailedEventAttributes;
                failed.StartedEventId = Started(activityStarts, failed.ScheduledEventId, failed.StartedEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ActivityTaskTimedOutEventAttributes:
                var timedOut = item.ActivityTaskTimedOutEventAttributes;
                timedOut.StartedEventId = Started(activityStarts, timedOut.ScheduledEventId, timedOut.StartedEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ActivityTaskCanceledEventAttributes:
                var canceled = item.ActivityTaskCanceledEventAttributes;
                canceled.StartedEventId = Started(activityStarts, canceled.ScheduledEventId, canceled.StartedEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionCompletedEventAttributes:
                var childCompleted = item.ChildWorkflowExecutionCompletedEventAttributes;
                childCompleted.StartedEventId = Started(childStarts, childCompleted.InitiatedEventId, childCompleted.StartedEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionFailedEventAttributes:
                var childFailed = item.ChildWorkflowExecutionFailedEventAttributes;
                childFailed.StartedEventId = Started(childStarts, childFailed.InitiatedEventId, childFailed.StartedEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionCanceledEventAttributes:
                var childCanceled = item.ChildWorkflowExecutionCanceledEventAttributes;
                childCanceled.StartedEventId = Started(childStarts, childCanceled.InitiatedEventId, childCanceled.StartedEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionTimedOutEventAttributes:
                var childTimedOut = item.ChildWorkflowExecutionTimedOutEventAttributes;
                childTimedOut.StartedEventId = Started(childStarts, childTimedOut.InitiatedEventId, childTimedOut.StartedEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionTerminatedEventAttributes:
                var childTerminated = item.ChildWorkflowExecutionTerminatedEventAttributes;
                childTerminated.StartedEventId = Started(childStarts, childTerminated.InitiatedEventId, childTerminated.StartedEventId);
                break;
            default:
                break;
        }
    }

    private static long Started(Dictionary<long, long> starts, long origin, long known) => known != 0 ? known : starts.GetValueOrDefault(origin);
}
