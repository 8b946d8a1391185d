using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.History;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Workflow.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>A run's state with what it waits for.</summary>
internal sealed class DescribeWorkflowExecution(EngineCore core) : Endpoint<DescribeWorkflowExecutionRequest, DescribeWorkflowExecutionResponse>(core)
{
    protected override Task<DescribeWorkflowExecutionResponse> HandleAsync(DescribeWorkflowExecutionRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        var (workflowId, runId) = Executions.Of(request.Execution, Limits);
        return Core.Chains.ChangeAsync(ns, workflowId, transaction => Describe(transaction.Open(runId)));
    }

    private static DescribeWorkflowExecutionResponse Describe(RunTransaction run)
    {
        var state = run.State;
        var started = state.Started;
        var response = new DescribeWorkflowExecutionResponse
        {
            ExecutionConfig = new()
            {
                TaskQueue = started.TaskQueue,
                WorkflowExecutionTimeout = started.WorkflowExecutionTimeout,
                WorkflowRunTimeout = started.WorkflowRunTimeout,
                DefaultWorkflowTaskTimeout = started.WorkflowTaskTimeout,
                UserMetadata = state.StartedEvent.UserMetadata,
            },
            WorkflowExecutionInfo = RunInfo.Of(state, run.Run.Row, run.Run.Namespace.SearchAttributes),
            WorkflowExtendedInfo = new()
            {
                CancelRequested = state.CancelRequested,
                ExecutionExpirationTime = started.WorkflowExecutionExpirationTime,
                RunExpirationTime = state.RunExpiresAt?.ToTimestamp(),
                OriginalStartTime = state.StartTime.ToTimestamp(),
            },
        };
        if (!state.IsOpen)
            return response;
        response.PendingActivities.AddRange(state.Activities.Values.Select(Describe));
        response.PendingChildren.AddRange(state.Children.Values.Select(child => new PendingChildExecutionInfo
        {
            WorkflowId = child.Attributes.WorkflowId,
            RunId = child.RunId,
            WorkflowTypeName = child.Attributes.WorkflowType.Name,
            InitiatedId = child.InitiatedId,
            ParentClosePolicy = child.Attributes.ParentClosePolicy,
        }));
        if (state.WorkflowTask is { } task)
        {
            response.PendingWorkflowTask = new()
            {
                State = task.IsStarted ? PendingWorkflowTaskState.Started : PendingWorkflowTaskState.Scheduled,
                ScheduledTime = task.ScheduledAt.ToTimestamp(),
                OriginalScheduledTime = task.OriginalScheduledAt.ToTimestamp(),
                StartedTime = task.IsStarted ? task.StartedAt.ToTimestamp() : null,
                Attempt = task.Attempt,
            };
        }

        return response;
    }

    private static PendingActivityInfo Describe(ActivityState activity)
    {
        var attributes = activity.Attributes;
        var info = new PendingActivityInfo
        {
            ActivityId = activity.ActivityId,
            ActivityType = attributes.ActivityType,
            State = StateOf(activity),
            HeartbeatDetails = activity.HeartbeatDetails,
            LastHeartbeatTime = activity.HeartbeatAt?.ToTimestamp(),
            LastStartedTime = activity.StartedAt?.ToTimestamp(),
            Attempt = activity.Attempt,
            MaximumAttempts = attributes.RetryPolicy?.MaximumAttempts ?? 0,
            ScheduledTime = activity.AttemptScheduledAt.ToTimestamp(),
            LastFailure = activity.LastFailure,
            LastWorkerIdentity = activity.WorkerIdentity,
            LastAttemptCompleteTime = activity.AttemptCompletedAt?.ToTimestamp(),
            Paused = activity.Pause is not null,
            Priority = attributes.Priority,
        };
        if (Durations.Of(attributes.ScheduleToCloseTimeout) is var scheduleToClose && scheduleToClose > TimeSpan.Zero)
            info.ExpirationTime = (activity.ScheduledAt + scheduleToClose).ToTimestamp();
        if (!activity.IsStarted && activity.Attempt > 1)
        {
            info.NextAttemptScheduleTime = activity.AttemptScheduledAt.ToTimestamp();
            if (activity.AttemptCompletedAt is { } completed)
                info.CurrentRetryInterval = Duration.FromTimeSpan(activity.AttemptScheduledAt - completed);
        }

        return info;
    }

    private static PendingActivityState StateOf(ActivityState activity)
    {
        if (activity.IsCancelRequested)
            return PendingActivityState.CancelRequested;
        if (activity.Pause is not null)
            return activity.IsStarted ? PendingActivityState.PauseRequested : PendingActivityState.Paused;
        return activity.IsStarted ? PendingActivityState.Started : PendingActivityState.Scheduled;
    }
}
