using Google.Protobuf;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Gateway.Tasks;

/// <summary>
/// Copies of tasks, one level deep, with another token. The engine may hand the same message out again, so it is not changed; and histories are long, so they are not copied.
/// </summary>
internal static class TaskAnswers
{
    public static PollWorkflowTaskQueueResponse With(PollWorkflowTaskQueueResponse task, ByteString token)
    {
        var copy = new PollWorkflowTaskQueueResponse
        {
            TaskToken = token,
            WorkflowExecution = task.WorkflowExecution,
            WorkflowType = task.WorkflowType,
            PreviousStartedEventId = task.PreviousStartedEventId,
            StartedEventId = task.StartedEventId,
            Attempt = task.Attempt,
            BacklogCountHint = task.BacklogCountHint,
            History = task.History,
            NextPageToken = task.NextPageToken,
            Query = task.Query,
            WorkflowExecutionTaskQueue = task.WorkflowExecutionTaskQueue,
            ScheduledTime = task.ScheduledTime,
            StartedTime = task.StartedTime,
            PollerScalingDecision = task.PollerScalingDecision,
            PollerGroupId = task.PollerGroupId,
            PollerGroupsInfo = task.PollerGroupsInfo,
        };
        copy.Queries.Add(task.Queries);
        copy.Messages.AddRange(task.Messages);
        copy.PollerGroupInfos.AddRange(task.PollerGroupInfos);
        return copy;
    }

    public static PollActivityTaskQueueResponse With(PollActivityTaskQueueResponse task, ByteString token)
    {
        var copy = new PollActivityTaskQueueResponse
        {
            TaskToken = token,
            WorkflowNamespace = task.WorkflowNamespace,
            WorkflowType = task.WorkflowType,
            WorkflowExecution = task.WorkflowExecution,
            ActivityType = task.ActivityType,
            ActivityId = task.ActivityId,
            Header = task.Header,
            Input = task.Input,
            HeartbeatDetails = task.HeartbeatDetails,
            ScheduledTime = task.ScheduledTime,
            CurrentAttemptScheduledTime = task.CurrentAttemptScheduledTime,
            StartedTime = task.StartedTime,
            Attempt = task.Attempt,
            ScheduleToCloseTimeout = task.ScheduleToCloseTimeout,
            StartToCloseTimeout = task.StartToCloseTimeout,
            HeartbeatTimeout = task.HeartbeatTimeout,
            RetryPolicy = task.RetryPolicy,
            PollerScalingDecision = task.PollerScalingDecision,
            Priority = task.Priority,
            ActivityRunId = task.ActivityRunId,
            PollerGroupsInfo = task.PollerGroupsInfo,
        };
        copy.PollerGroupInfos.AddRange(task.PollerGroupInfos);
        return copy;
    }
}
