using Google.Protobuf;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Activities;
using Mandate.Temporal.Client;
using Microsoft.Extensions.Logging;

namespace Mandate.Temporal.Worker.Activities;

/// <summary>
/// Sends an activity's heartbeats: the first at once, then at most one per interval with the latest details. The answers bring requests to stop.
/// </summary>
/// <remarks>The interval is 80 % of the heartbeat time-out, or the default where there is none, and never more than the maximum.</remarks>
internal sealed partial class HeartbeatSender : IAsyncDisposable
{
    private static readonly RpcOptions NoRetry = new() { Retry = false };

    private readonly WorkerContext _context;
    private readonly ActivityExecutionContext _activity;
    private readonly ByteString _token;
    private readonly TimeSpan _interval;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private Payloads? _pending;
    private bool _hasPending;
    private Task _sending = Task.CompletedTask;
    private bool _stopped;

    internal HeartbeatSender(WorkerContext context, ActivityExecutionContext activity, ByteString token)
    {
        _context = context;
        _activity = activity;
        _token = token;
        var options = context.Options;
        var wanted = activity.Info.HeartbeatTimeout is { } timeout ? timeout * 0.8 : options.DefaultHeartbeatThrottleInterval;
        _interval = wanted < options.MaxHeartbeatThrottleInterval ? wanted : options.MaxHeartbeatThrottleInterval;
    }

    /// <summary>Details recorded and not sent any more, for the report of a failure.</summary>
    internal Payloads? UnsentDetails { get; private set; }

    /// <summary>Why details could not be converted.</summary>
    internal Exception? RecordError { get; private set; }

    internal void Record(object?[] details)
    {
        Payloads? payloads;
        try
        {
            payloads = _context.DataConverter.PayloadConverter.ToPayloads(details);
        }
        catch (Exception e)
        {
            RecordError = e;
            _activity.Cancel(ActivityCancelReason.HeartbeatRecordFailure);
            return;
        }

        lock (_lock)
        {
            if (_stopped)
                return;
            _pending = payloads;
            _hasPending = true;
            if (_sending.IsCompleted)
                _sending = SendWhilePendingAsync();
        }
    }

    /// <summary>Ends sending; what was not sent is left in <see cref="UnsentDetails"/>.</summary>
    internal async Task StopAsync()
    {
        Task sending;
        lock (_lock)
        {
            _stopped = true;
            sending = _sending;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await sending.ConfigureAwait(false);
        if (_hasPending && _pending is { } unsent)
            UnsentDetails = _context.DataConverter.Codec is { } codec ? await PayloadVisitor.EncodeAsync(unsent, codec).ConfigureAwait(false) : unsent;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task SendWhilePendingAsync()
    {
        await Task.Yield();
        while (TakePending(out var details))
        {
            if (!await SendAsync(details).ConfigureAwait(false))
                return;
            try
            {
                await Task.Delay(_interval, _context.TimeProvider, _stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private bool TakePending(out Payloads? details)
    {
        lock (_lock)
        {
            details = _pending;
            if (!_hasPending || _stopped)
            {
                // Seen under the lock, so that a heartbeat recorded from now on begins a new round.
                _sending = Task.CompletedTask;
                return false;
            }

            _hasPending = false;
            return true;
        }
    }

    private async Task<bool> SendAsync(Payloads? details)
    {
        try
        {
            var request = new RecordActivityTaskHeartbeatRequest { TaskToken = _token, Details = details, Identity = _context.Identity, Namespace = _context.Namespace };
            if (_context.DataConverter.Codec is { } codec)
                request = await PayloadVisitor.EncodeAsync(request, codec, _stop.Token).ConfigureAwait(false);
            var response = await _context.Calls.CallAsync<RecordActivityTaskHeartbeatResponse>(request, NoRetry, cancellationToken: _stop.Token).ConfigureAwait(false);
            if (response.CancelRequested)
                _activity.Cancel(ActivityCancelReason.CancelRequested);
            else if (response.ActivityReset)
                _activity.Cancel(ActivityCancelReason.Reset);
            else if (response.ActivityPaused)
                _activity.Cancel(ActivityCancelReason.Paused);
            return true;
        }
        catch (RpcException e) when (e.Code == RpcStatusCode.NotFound)
        {
            _activity.Cancel(ActivityCancelReason.GoneFromServer);
            return false;
        }
        catch (RpcException e)
        {
            // The next heartbeat tries again.
            Log.HeartbeatFailed(_context.Logger, _activity.Info.ActivityType, _activity.Info.ActivityId, e.Code, e.Message);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2041, LogLevel.Warning, "A heartbeat of activity {ActivityType} {ActivityId} failed with {Code}: {Message}")]
        internal static partial void HeartbeatFailed(ILogger logger, string activityType, string activityId, RpcStatusCode code, string message);
    }
}
