using System.Text.Json.Serialization;
using Mandate.Temporal.Common;
using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>Activity options as the tests hand them to workflows of both languages: times in milliseconds.</summary>
public sealed record TwinOptions(
    [property: JsonPropertyName("startToCloseTimeout")] int? StartToClose = null,
    [property: JsonPropertyName("scheduleToStartTimeout")] int? ScheduleToStart = null,
    [property: JsonPropertyName("scheduleToCloseTimeout")] int? ScheduleToClose = null,
    [property: JsonPropertyName("heartbeatTimeout")] int? Heartbeat = null,
    [property: JsonPropertyName("taskQueue")] string? TaskQueue = null,
    [property: JsonPropertyName("retry")] TwinOptions.Retrying? Retry = null)
{
    /// <summary>A minute for an attempt, retried at once.</summary>
    public static ActivityOptions Quickly { get; } = new() { StartToCloseTimeout = TimeSpan.FromMinutes(1), RetryPolicy = new Retrying().ToPolicy() };

    public ActivityOptions ToActivityOptions() => new()
    {
        StartToCloseTimeout = Span(StartToClose), ScheduleToStartTimeout = Span(ScheduleToStart), ScheduleToCloseTimeout = Span(ScheduleToClose), HeartbeatTimeout = Span(Heartbeat),
        TaskQueue = TaskQueue, RetryPolicy = (Retry ?? new Retrying(MaximumAttempts: 1)).ToPolicy(),
    };

    private static TimeSpan? Span(int? milliseconds) => milliseconds is { } ms ? TimeSpan.FromMilliseconds(ms) : null;

    /// <summary>A retry policy that begins with 10 ms and does not slow down.</summary>
    public sealed record Retrying(
        [property: JsonPropertyName("maximumAttempts")] int MaximumAttempts = 0, [property: JsonPropertyName("nonRetryableErrorTypes")] string[]? NonRetryable = null)
    {
        public RetryPolicy ToPolicy() => new()
        {
            InitialInterval = TimeSpan.FromMilliseconds(10), BackoffCoefficient = 1, MaximumAttempts = MaximumAttempts, NonRetryableErrorTypes = NonRetryable,
        };
    }
}
