using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Activities;
using Mandate.Temporal.Worker.Machine;
using Mandate.Temporal.Worker.Polling;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Worker.Activities;

/// <summary>Runs local activities: attempts, their time-outs, and the waits between them as far as a workflow task may wait.</summary>
internal sealed class LocalActivityExecutor : IDisposable
{
    private static readonly TimeSpan DefaultMaximumIntervals = TimeSpan.FromSeconds(100);

    private readonly WorkerContext _context;
    private readonly ActivityRunner _runner;
    private readonly Slots _slots;

    internal LocalActivityExecutor(WorkerContext context)
    {
        _context = context;
        _runner = new(context);
        _slots = new(context.Options.MaxConcurrentLocalActivities);
    }

    public void Dispose() => _slots.Dispose();

    /// <summary>Runs a local activity to its end.</summary>
    /// <param name="request">The activity.</param>
    /// <param name="workflow">The workflow it belongs to.</param>
    /// <param name="cancellationToken">Asks it to stop.</param>
    internal async Task<LocalActivityOutcome> ExecuteAsync(LocalActivityRequest request, WorkflowInfo workflow, CancellationToken cancellationToken)
    {
        var scheduled = request.OriginalScheduleTime ?? Now;
        var waitingSince = Now;
        if (!await _slots.TakeAsync(cancellationToken).ConfigureAwait(false))
            return Canceled(request, request.Attempt);
        try
        {
            if (request.ScheduleToStartTimeout is { } toStart && Now - waitingSince > toStart)
                return Failed(request, request.Attempt, LocalFailures.TimedOut(TimeoutType.ScheduleToStart, cause: null), RetryState.Timeout);
            for (var attempt = request.Attempt; ; attempt++)
            {
                var (result, failure) = await AttemptAsync(request, workflow, attempt, scheduled, cancellationToken).ConfigureAwait(false);
                if (failure is null)
                    return new(attempt, result, Failure: null, Retry: null);
                if (failure.FailureInfoCase == Failure.FailureInfoOneofCase.CanceledFailureInfo && cancellationToken.IsCancellationRequested)
                    return Canceled(request, attempt);
                if (Verdict(request, failure, attempt, scheduled, out var wait) is { } final)
                    return Failed(request, attempt, failure, final);
                if (wait > request.LocalRetryThreshold)
                    return new(attempt, Result: null, failure, new LocalRetry(attempt + 1, wait, scheduled));
                if (!await DelayAsync(wait, cancellationToken).ConfigureAwait(false))
                    return Canceled(request, attempt);
            }
        }
        finally
        {
            _slots.Free();
        }
    }

    private DateTime Now => _context.TimeProvider.GetUtcNow().UtcDateTime;

    private async Task<(Payloads? Result, Failure? Failure)> AttemptAsync(LocalActivityRequest request, WorkflowInfo workflow, uint attempt, DateTime scheduled, CancellationToken cancellationToken)
    {
        var limit = Limit(request, scheduled, out var limitType);
        if (limit <= TimeSpan.Zero)
            return (null, LocalFailures.TimedOut(limitType, cause: null));
        var activity = new ActivityExecutionContext(InfoOf(request, workflow, attempt, scheduled), _context.LoggerFactory, _context.Client, _context.Stopping);
        using var registration = cancellationToken.UnsafeRegister(static a => ((ActivityExecutionContext)a!).Cancel(ActivityCancelReason.CancelRequested), activity);
        using var stopTimer = new CancellationTokenSource();
        var running = Task.Run(() => _runner.RunAsync(activity, request.Input?.Payloads_, request.Header?.Fields, heartbeat: null), CancellationToken.None);
        var timer = limit is { } time ? Task.Delay(time, _context.TimeProvider, stopTimer.Token) : Task.Delay(Timeout.InfiniteTimeSpan, _context.TimeProvider, stopTimer.Token);
        if (await Task.WhenAny(running, timer).ConfigureAwait(false) != running)
        {
            // It may go on, but nobody waits for it any more.
            activity.Cancel(ActivityCancelReason.Timeout);
            return (null, LocalFailures.TimedOut(limitType, cause: null));
        }

        await stopTimer.CancelAsync().ConfigureAwait(false);
        try
        {
            var result = await running.ConfigureAwait(false);
            return (new Payloads { Payloads_ = { _context.DataConverter.PayloadConverter.ToPayload(result) } }, null);
        }
        catch (Exception e)
        {
            return (null, ToFailure(e, cancellationToken));
        }
    }

    private Failure ToFailure(Exception e, CancellationToken cancellationToken)
    {
        if (e is CompleteAsyncException)
            e = new ApplicationFailureException("A local activity cannot be completed by a client", e, "CompleteAsync", nonRetryable: true);
        else if (cancellationToken.IsCancellationRequested && TemporalException.IsCanceledException(e))
            e = new CanceledFailureException("Local activity canceled", inner: e is OperationCanceledException ? null : e);
        return _context.DataConverter.FailureConverter.ToFailure(e, _context.DataConverter.PayloadConverter);
    }

    /// <summary>Time this attempt has, and which of the limits it is.</summary>
    private TimeSpan? Limit(LocalActivityRequest request, DateTime scheduled, out TimeoutType type)
    {
        var left = request.ScheduleToCloseTimeout is { } toClose ? scheduled + toClose - Now : (TimeSpan?)null;
        type = TimeoutType.StartToClose;
        if (left is null || request.StartToCloseTimeout < left)
            return request.StartToCloseTimeout;
        type = TimeoutType.ScheduleToClose;
        return left;
    }

    /// <summary>Why there is no further attempt, or null and the wait before it.</summary>
    private RetryState? Verdict(LocalActivityRequest request, Failure failure, uint attempt, DateTime scheduled, out TimeSpan wait)
    {
        var policy = request.RetryPolicy;
        wait = default;
        if (failure.FailureInfoCase == Failure.FailureInfoOneofCase.CanceledFailureInfo)
            return RetryState.NonRetryableFailure;
        if (failure.ApplicationFailureInfo is { } application && (application.NonRetryable || policy.NonRetryableErrorTypes?.Contains(application.Type) == true))
            return RetryState.NonRetryableFailure;
        if (failure.TimeoutFailureInfo is { TimeoutType: TimeoutType.ScheduleToClose })
            return RetryState.Timeout;
        if (policy.MaximumAttempts > 0 && attempt >= policy.MaximumAttempts)
            return RetryState.MaximumAttemptsReached;
        wait = failure.ApplicationFailureInfo?.NextRetryDelay?.ToTimeSpan() ?? Interval(policy, attempt);
        return request.ScheduleToCloseTimeout is { } toClose && Now + wait >= scheduled + toClose ? RetryState.Timeout : null;
    }

    private static TimeSpan Interval(Common.RetryPolicy policy, uint attempt)
    {
        var longest = policy.MaximumInterval ?? policy.InitialInterval * DefaultMaximumIntervals.TotalSeconds;
        var seconds = policy.InitialInterval.TotalSeconds * Math.Pow(policy.BackoffCoefficient, attempt - 1);
        return seconds >= longest.TotalSeconds ? longest : TimeSpan.FromSeconds(seconds);
    }

    private async Task<bool> DelayAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(wait, _context.TimeProvider, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static LocalActivityOutcome Canceled(LocalActivityRequest request, uint attempt) => new(attempt, Result: null, LocalFailures.Canceled(request), Retry: null);

    private static LocalActivityOutcome Failed(LocalActivityRequest request, uint attempt, Failure cause, RetryState state) =>
        new(attempt, Result: null, LocalFailures.Of(request, "Local activity failed", cause, state), Retry: null);

    private ActivityInfo InfoOf(LocalActivityRequest request, WorkflowInfo workflow, uint attempt, DateTime scheduled) => new(
        ActivityId: request.ActivityId,
        ActivityType: request.ActivityType,
        Attempt: (int)attempt,
        CurrentAttemptScheduledTime: Now,
        DataConverter: _context.DataConverter,
        HeartbeatDetails: [],
        HeartbeatTimeout: null,
        IsLocal: true,
        Namespace: _context.Namespace,
        Priority: workflow.Priority,
        RetryPolicy: request.RetryPolicy,
        ScheduleToCloseTimeout: request.ScheduleToCloseTimeout,
        ScheduledTime: scheduled,
        StartToCloseTimeout: request.StartToCloseTimeout,
        StartedTime: Now,
        TaskQueue: _context.TaskQueue,
        TaskToken: [],
        WorkflowId: workflow.WorkflowId,
        WorkflowNamespace: workflow.Namespace,
        WorkflowRunId: workflow.RunId,
        WorkflowType: workflow.WorkflowType);
}
