using System.Diagnostics.CodeAnalysis;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Activities;
using Mandate.Temporal.Client;
using Mandate.Temporal.Common;
using Mandate.Temporal.Interceptors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Temporal.Testing;

/// <summary>
/// Runs code of activities without worker and engine: <see cref="ActivityExecutionContext.Current"/> is there, with what is set here. One environment stands for one attempt; whatever runs in it
/// shares the cancellation.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has no timer; it is left to the garbage collector.")]
public sealed class ActivityEnvironment
{
    private readonly CancellationTokenSource _workerShutdown = new();
    private readonly Lazy<ActivityExecutionContext> _context;

    /// <summary>Creates an environment with <see cref="DefaultInfo"/>.</summary>
    public ActivityEnvironment() => _context = new(CreateContext);

    /// <summary>An attempt to start from: <c>ActivityEnvironment.DefaultInfo with { Attempt = 2 }</c>.</summary>
    public static ActivityInfo DefaultInfo { get; } = new(
        ActivityId: "test",
        ActivityType: "unknown",
        Attempt: 1,
        CurrentAttemptScheduledTime: DateTime.UnixEpoch,
        DataConverter: DataConverter.Default,
        HeartbeatDetails: [],
        HeartbeatTimeout: null,
        IsLocal: false,
        Namespace: "default",
        Priority: Priority.Default,
        RetryPolicy: null,
        ScheduleToCloseTimeout: TimeSpan.FromSeconds(1),
        ScheduledTime: DateTime.UnixEpoch,
        StartToCloseTimeout: TimeSpan.FromSeconds(1),
        StartedTime: DateTime.UnixEpoch,
        TaskQueue: "test",
        TaskToken: "test"u8.ToArray(),
        WorkflowId: "test",
        WorkflowNamespace: "default",
        WorkflowRunId: "test-run",
        WorkflowType: "test");

    /// <summary>What the activity learns of its attempt.</summary>
    public ActivityInfo Info { get; init; } = DefaultInfo;

    /// <summary>Takes the activity's heartbeats, each as it is made. Default: nobody.</summary>
    public Action<object?[]>? Heartbeater { get; init; }

    /// <summary>Where the activity logs. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The client the activity may use; without one, using it is an error.</summary>
    public ITemporalClient? TemporalClient { get; init; }

    /// <summary>Cancels the activity's token.</summary>
    /// <param name="reason">What the activity finds as the reason; only the first one counts.</param>
    public void Cancel(ActivityCancelReason reason = ActivityCancelReason.CancelRequested) => _context.Value.Cancel(reason);

    /// <summary>Cancels the token that says that the worker stops.</summary>
    public void WorkerShutdown() => _workerShutdown.Cancel();

    /// <summary>Runs an activity and returns its result.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> activity)
    {
        // The context is set for this asynchronous flow alone.
        ActivityExecutionContext.SetCurrent(_context.Value);
        return await activity().ConfigureAwait(false);
    }

    /// <summary>Runs an activity.</summary>
    public async Task RunAsync(Func<Task> activity)
    {
        ActivityExecutionContext.SetCurrent(_context.Value);
        await activity().ConfigureAwait(false);
    }

    /// <summary>Runs an activity that does not wait and returns its result.</summary>
    public Task<T> RunAsync<T>(Func<T> activity) => RunAsync(() => Task.FromResult(activity()));

    /// <summary>Runs an activity that does not wait.</summary>
    public Task RunAsync(Action activity) => RunAsync(() =>
    {
        activity();
        return Task.CompletedTask;
    });

    private ActivityExecutionContext CreateContext() => new(Info, LoggerFactory, TemporalClient, _workerShutdown.Token) { Outbound = new Heartbeats(Heartbeater) };

    private sealed class Heartbeats(Action<object?[]>? take) : ActivityOutboundInterceptor
    {
        public override void Heartbeat(HeartbeatInput input) => take?.Invoke(input.Details);
    }
}
