using System.Diagnostics.CodeAnalysis;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Client;
using Mandate.Temporal.Interceptors;
using Microsoft.Extensions.Logging;

namespace Mandate.Temporal.Activities;

/// <summary>What an activity may use while it runs.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has no timer; it is left to the garbage collector.")]
public sealed partial class ActivityExecutionContext
{
    private static readonly AsyncLocal<ActivityExecutionContext?> Local = new();
    private readonly CancellationTokenSource _cancellation = new();
    private readonly ITemporalClient? _client;
    private ILogger? _logger;

    internal ActivityExecutionContext(ActivityInfo info, ILoggerFactory loggerFactory, ITemporalClient? client, CancellationToken workerShutdownToken)
    {
        Info = info;
        LoggerFactory = loggerFactory;
        WorkerShutdownToken = workerShutdownToken;
        CancellationToken = _cancellation.Token;
        _client = client;
    }

    /// <summary>Whether the code runs in an activity.</summary>
    public static bool HasCurrent => Local.Value is not null;

    /// <summary>The activity that runs here.</summary>
    /// <exception cref="InvalidOperationException">None does.</exception>
    public static ActivityExecutionContext Current => Local.Value ?? throw new InvalidOperationException("This code does not run in an activity.");

    /// <summary>What is known of the attempt.</summary>
    public ActivityInfo Info { get; }

    /// <summary>Cancelled when the attempt is to stop; <see cref="CancelReason"/> says why. An activity hears of a request by the workflow through its heartbeats.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Why <see cref="CancellationToken"/> is cancelled.</summary>
    public ActivityCancelReason CancelReason { get; private set; }

    /// <summary>Cancelled when the worker begins to stop; the attempt has the worker's grace period to end.</summary>
    public CancellationToken WorkerShutdownToken { get; }

    /// <summary>Logs with the activity's ids in a scope.</summary>
    public ILogger Logger => _logger ??= LoggerFactory.CreateLogger($"Mandate.Temporal.Activity:{Info.ActivityType}");

    /// <summary>The worker's converter.</summary>
    public IPayloadConverter PayloadConverter => Info.DataConverter.PayloadConverter;

    /// <summary>The worker's client.</summary>
    /// <exception cref="InvalidOperationException">The activity runs without a worker.</exception>
    public ITemporalClient TemporalClient => _client ?? throw new InvalidOperationException("There is no client: the activity runs without a worker.");

    internal ILoggerFactory LoggerFactory { get; }

    internal ActivityOutboundInterceptor? Outbound { get; set; }

    /// <summary>Reports that the attempt lives. Calls may be frequent; they are sent at intervals. Does nothing in a local activity.</summary>
    /// <param name="details">Where the attempt stands; the next attempt finds it in <see cref="ActivityInfo.HeartbeatDetails"/>.</param>
    public void Heartbeat(params object?[] details) => Outbound?.Heartbeat(new(details));

    internal static void SetCurrent(ActivityExecutionContext? context) => Local.Value = context;

    internal void Cancel(ActivityCancelReason reason)
    {
        lock (_cancellation)
        {
            if (CancelReason != ActivityCancelReason.None)
                return;
            CancelReason = reason;
        }

        try
        {
            _cancellation.Cancel();
        }
        catch (AggregateException e)
        {
            // Whoever cancels is not to blame for what the activity registered.
            Log.CallbackFailed(Logger, Info.ActivityType, Info.ActivityId, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2051, LogLevel.Error, "A callback on the cancellation token of activity {ActivityType} {ActivityId} failed")]
        internal static partial void CallbackFailed(ILogger logger, string activityType, string activityId, Exception e);
    }
}
