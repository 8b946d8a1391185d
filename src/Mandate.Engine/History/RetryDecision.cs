using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;

namespace Mandate.Engine.History;

/// <summary>Whether and when a failed attempt is followed by another. The same policy serves activities and workflows.</summary>
internal static class RetryDecision
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(1);
    private const double DefaultCoefficient = 2;
    private const int DefaultMaximumFactor = 100;

    /// <summary>An activity always has a policy: what the command leaves open gets the protocol's defaults (1 s, ×2, at most 100×, no limit of attempts).</summary>
    public static RetryPolicy Complete(RetryPolicy? policy)
    {
        var result = policy?.Clone() ?? new();
        var initial = Durations.Of(result.InitialInterval) is var given && given > TimeSpan.Zero ? given : DefaultInterval;
        var maximum = Durations.Of(result.MaximumInterval);
        result.InitialInterval = Duration.FromTimeSpan(initial);
        if (result.BackoffCoefficient == 0)
            result.BackoffCoefficient = DefaultCoefficient;
        result.MaximumInterval = Duration.FromTimeSpan(maximum > TimeSpan.Zero ? maximum : Multiply(initial, DefaultMaximumFactor));
        return result;
    }

    public static (RetryState State, TimeSpan Delay) Next(ActivityState activity, Failure failure, DateTimeOffset now)
    {
        if (activity.IsCancelRequested)
            return (RetryState.CancelRequested, default);
        var scheduleToClose = Durations.Of(activity.Attributes.ScheduleToCloseTimeout);
        DateTimeOffset? expires = scheduleToClose > TimeSpan.Zero ? activity.ScheduledAt + scheduleToClose : null;
        return Next(activity.Attributes.RetryPolicy, activity.Attempt, failure, now, expires);
    }

    /// <param name="policy">A completed policy; null allows no retry.</param>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="failure">Why it failed.</param>
    /// <param name="now">When it failed.</param>
    /// <param name="expires">The time by which the next attempt must have begun.</param>
    public static (RetryState State, TimeSpan Delay) Next(RetryPolicy? policy, int attempt, Failure failure, DateTimeOffset now, DateTimeOffset? expires)
    {
        if (policy is null)
            return (RetryState.RetryPolicyNotSet, default);
        if (policy.MaximumAttempts > 0 && attempt >= policy.MaximumAttempts)
            return (RetryState.MaximumAttemptsReached, default);
        if (!IsRetryable(failure, policy))
            return (RetryState.NonRetryableFailure, default);

        var delay = failure.ApplicationFailureInfo?.NextRetryDelay is { } asked ? Durations.Of(asked) : Backoff(policy, attempt);
        if (delay < TimeSpan.Zero)
            delay = TimeSpan.Zero;
        return expires is { } end && now + delay >= end ? (RetryState.Timeout, default) : (RetryState.InProgress, delay);
    }

    private static TimeSpan Backoff(RetryPolicy policy, int attempt)
    {
        var interval = Multiply(Durations.Of(policy.InitialInterval), Math.Pow(policy.BackoffCoefficient, attempt - 1));
        var maximum = Durations.Of(policy.MaximumInterval);
        return maximum > TimeSpan.Zero && interval > maximum ? maximum : interval;
    }

    /// <summary>Bounded, because a coefficient raised to many attempts passes every number.</summary>
    private static TimeSpan Multiply(TimeSpan interval, double factor)
    {
        var seconds = interval.TotalSeconds * factor;
        return seconds < TimeSpan.FromDays(3_650).TotalSeconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromDays(3_650);
    }

    private static bool IsRetryable(Failure failure, RetryPolicy policy) => failure.FailureInfoCase switch
    {
        Failure.FailureInfoOneofCase.TerminatedFailureInfo or Failure.FailureInfoOneofCase.CanceledFailureInfo => false,
        Failure.FailureInfoOneofCase.TimeoutFailureInfo =>
            failure.TimeoutFailureInfo.TimeoutType is TimeoutType.StartToClose or TimeoutType.Heartbeat
            && !policy.NonRetryableErrorTypes.Contains($"TemporalTimeout:{(failure.TimeoutFailureInfo.TimeoutType == TimeoutType.Heartbeat ? "Heartbeat" : "StartToClose")}"),
        Failure.FailureInfoOneofCase.ServerFailureInfo => !failure.ServerFailureInfo.NonRetryable,
        Failure.FailureInfoOneofCase.ApplicationFailureInfo =>
            !failure.ApplicationFailureInfo.NonRetryable && !policy.NonRetryableErrorTypes.Contains(failure.ApplicationFailureInfo.Type),
        Failure.FailureInfoOneofCase.ChildWorkflowExecutionFailureInfo or Failure.FailureInfoOneofCase.ActivityFailureInfo =>
            failure.Cause is null || IsRetryable(failure.Cause, policy),
        _ => true,
    };
}
