using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Activities;
using Microsoft.Extensions.Logging;

namespace Mandate.Temporal.Worker.Activities;

/// <summary>Runs one attempt of an activity and reports how it ended.</summary>
internal sealed partial class ActivityTaskHandler
{
    private readonly WorkerContext _context;
    private readonly ActivityRunner _runner;

    internal ActivityTaskHandler(WorkerContext context)
    {
        _context = context;
        _runner = new(context);
    }

    internal async Task HandleAsync(PollActivityTaskQueueResponse task)
    {
        try
        {
            await HandleCoreAsync(task).ConfigureAwait(false);
        }
        catch (RpcException e) when (e.Code == RpcStatusCode.NotFound)
        {
            Log.AttemptGone(_context.Logger, task.ActivityType.Name, task.ActivityId, task.WorkflowExecution.WorkflowId);
        }
        catch (Exception e)
        {
            // Nothing above can mend it; the attempt times out.
            Log.AttemptBroken(_context.Logger, task.ActivityType.Name, task.ActivityId, task.WorkflowExecution.WorkflowId, e);
        }
    }

    private async Task HandleCoreAsync(PollActivityTaskQueueResponse task)
    {
        if (_context.DataConverter.Codec is { } codec)
            task = await PayloadVisitor.DecodeAsync(task, codec).ConfigureAwait(false);
        var activity = new ActivityExecutionContext(InfoOf(task), _context.LoggerFactory, _context.Client, _context.Stopping);
        var heartbeats = new HeartbeatSender(_context, activity, task.TaskToken);
        await using (heartbeats.ConfigureAwait(false))
        {
            var (result, error) = await RunAsync(task, activity, heartbeats).ConfigureAwait(false);
            await heartbeats.StopAsync().ConfigureAwait(false);
            if (activity.CancelReason == ActivityCancelReason.GoneFromServer)
                return;
            if (error is null)
                await CompleteAsync(task, result).ConfigureAwait(false);
            else
                await ReportAsync(task, activity, heartbeats, error).ConfigureAwait(false);
        }
    }

    private async Task<(object? Result, Exception? Error)> RunAsync(PollActivityTaskQueueResponse task, ActivityExecutionContext activity, HeartbeatSender heartbeats)
    {
        using var stopped = _context.Stopped.UnsafeRegister(static a => ((ActivityExecutionContext)a!).Cancel(ActivityCancelReason.WorkerShutdown), activity);
        try
        {
            return (await _runner.RunAsync(activity, task.Input?.Payloads_, task.Header?.Fields, heartbeats.Record).ConfigureAwait(false), null);
        }
        catch (Exception e)
        {
            return (null, e);
        }
    }

    private async Task ReportAsync(PollActivityTaskQueueResponse task, ActivityExecutionContext activity, HeartbeatSender heartbeats, Exception e)
    {
        if (e is CompleteAsyncException)
            return;
        if (activity.CancelReason == ActivityCancelReason.CancelRequested && TemporalException.IsCanceledException(e))
        {
            await CancelAsync(task, e).ConfigureAwait(false);
            return;
        }

        if (activity.CancelReason != ActivityCancelReason.None && e is OperationCanceledException)
        {
            e = activity.CancelReason switch
            {
                ActivityCancelReason.WorkerShutdown => new ApplicationFailureException("The worker stopped while the activity was running", e, "WorkerShutdown"),
                ActivityCancelReason.HeartbeatRecordFailure => new ApplicationFailureException("Details of a heartbeat could not be converted", heartbeats.RecordError ?? e, "HeartbeatRecordFailure"),
                var reason => new ApplicationFailureException($"The activity was cancelled: {reason}", e, reason.ToString()),
            };
        }

        Log.AttemptFailed(_context.Logger, task.ActivityType.Name, task.ActivityId, task.WorkflowExecution.WorkflowId, task.Attempt, e);
        await FailAsync(task, heartbeats.UnsentDetails, e).ConfigureAwait(false);
    }

    private async Task CompleteAsync(PollActivityTaskQueueResponse task, object? result)
    {
        Payload payload;
        try
        {
            payload = await _context.DataConverter.ToPayloadAsync(result).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // A result that cannot be sent is a failure of the attempt, not one to wait out.
            await FailAsync(task, unsentDetails: null, e).ConfigureAwait(false);
            return;
        }

        await _context.Calls.CallAsync<RespondActivityTaskCompletedResponse>(new RespondActivityTaskCompletedRequest
        {
            TaskToken = task.TaskToken,
            Result = new Payloads { Payloads_ = { payload } },
            Identity = _context.Identity,
            Namespace = _context.Namespace,
        }).ConfigureAwait(false);
    }

    private async Task CancelAsync(PollActivityTaskQueueResponse task, Exception e)
    {
        var details = e is CanceledFailureException ? (await _context.DataConverter.ToFailureAsync(e).ConfigureAwait(false)).CanceledFailureInfo?.Details : null;
        await _context.Calls.CallAsync<RespondActivityTaskCanceledResponse>(new RespondActivityTaskCanceledRequest
        {
            TaskToken = task.TaskToken,
            Details = details,
            Identity = _context.Identity,
            Namespace = _context.Namespace,
        }).ConfigureAwait(false);
    }

    private async Task FailAsync(PollActivityTaskQueueResponse task, Payloads? unsentDetails, Exception e) => await _context.Calls.CallAsync<RespondActivityTaskFailedResponse>(
        new RespondActivityTaskFailedRequest
        {
            TaskToken = task.TaskToken,
            Failure = await _context.DataConverter.ToFailureAsync(e).ConfigureAwait(false),
            LastHeartbeatDetails = unsentDetails,
            Identity = _context.Identity,
            Namespace = _context.Namespace,
        }).ConfigureAwait(false);

    private ActivityInfo InfoOf(PollActivityTaskQueueResponse task) => new(
        ActivityId: task.ActivityId,
        ActivityType: task.ActivityType.Name,
        Attempt: Math.Max(1, task.Attempt),
        CurrentAttemptScheduledTime: (task.CurrentAttemptScheduledTime ?? task.ScheduledTime)?.ToDateTime() ?? default,
        DataConverter: _context.DataConverter,
        HeartbeatDetails: task.HeartbeatDetails?.Payloads_ is { } details ? details : [],
        HeartbeatTimeout: NullIfZero(task.HeartbeatTimeout),
        IsLocal: false,
        Namespace: _context.Namespace,
        Priority: Common.Priority.FromProto(task.Priority),
        RetryPolicy: Common.RetryPolicy.FromProto(task.RetryPolicy),
        ScheduleToCloseTimeout: NullIfZero(task.ScheduleToCloseTimeout),
        ScheduledTime: task.ScheduledTime?.ToDateTime() ?? default,
        StartToCloseTimeout: NullIfZero(task.StartToCloseTimeout),
        StartedTime: task.StartedTime?.ToDateTime() ?? default,
        TaskQueue: _context.TaskQueue,
        TaskToken: task.TaskToken.ToByteArray(),
        WorkflowId: task.WorkflowExecution.WorkflowId,
        WorkflowNamespace: task.WorkflowNamespace,
        WorkflowRunId: task.WorkflowExecution.RunId,
        WorkflowType: task.WorkflowType?.Name ?? "");

    private static TimeSpan? NullIfZero(Duration? value) => value is null || value.ToTimeSpan() == TimeSpan.Zero ? null : value.ToTimeSpan();

    private static partial class Log
    {
        [LoggerMessage(2031, LogLevel.Debug, "The server no longer waits for activity {ActivityType} {ActivityId} of workflow {WorkflowId}")]
        internal static partial void AttemptGone(ILogger logger, string activityType, string activityId, string workflowId);

        [LoggerMessage(2032, LogLevel.Error, "The end of activity {ActivityType} {ActivityId} of workflow {WorkflowId} could not be reported; the attempt times out")]
        internal static partial void AttemptBroken(ILogger logger, string activityType, string activityId, string workflowId, Exception e);

        [LoggerMessage(2033, LogLevel.Warning, "Activity {ActivityType} {ActivityId} of workflow {WorkflowId} failed (attempt {Attempt})")]
        internal static partial void AttemptFailed(ILogger logger, string activityType, string activityId, string workflowId, int attempt, Exception e);
    }
}
