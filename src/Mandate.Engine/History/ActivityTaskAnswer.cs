using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.History;

/// <summary>A started activity as its worker gets it.</summary>
internal static class ActivityTaskAnswer
{
    public static PollActivityTaskQueueResponse Create(RunTransaction run, ActivityState activity)
    {
        var scheduled = activity.Attributes;
        return new()
        {
            TaskToken = TaskTokens.ForActivity(run.Run, activity),
            WorkflowNamespace = run.Run.Namespace.Name,
            WorkflowType = run.State.Started.WorkflowType,
            WorkflowExecution = new() { WorkflowId = run.State.WorkflowId, RunId = run.State.RunId },
            ActivityType = scheduled.ActivityType,
            ActivityId = scheduled.ActivityId,
            Header = scheduled.Header,
            Input = scheduled.Input,
            HeartbeatDetails = activity.HeartbeatDetails,
            ScheduledTime = activity.ScheduledEvent.EventTime,
            CurrentAttemptScheduledTime = activity.AttemptScheduledAt.ToTimestamp(),
            StartedTime = activity.StartedAt?.ToTimestamp(),
            Attempt = activity.Attempt,
            ScheduleToCloseTimeout = scheduled.ScheduleToCloseTimeout,
            StartToCloseTimeout = scheduled.StartToCloseTimeout,
            HeartbeatTimeout = scheduled.HeartbeatTimeout,
            RetryPolicy = scheduled.RetryPolicy,
            Priority = scheduled.Priority,
        };
    }
}
