using Microsoft.Extensions.Logging;

namespace Mandate.Audit.Recording;

/// <summary>
/// Records events for those who act on them. While the ledger cannot be written, an event is refused and with it the action it describes, unless its type is among those that may wait: those are
/// kept in memory and written, in order, as soon as the ledger is back.
/// </summary>
public sealed partial class AuditRecorder : IAsyncDisposable
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly AuditLedger _ledger;
    private readonly AuditRecorderOptions _options;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Queue<AuditEntry> _waiting = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _draining = Task.CompletedTask;

    /// <summary>A recorder for a ledger, which it does not dispose of.</summary>
    public AuditRecorder(AuditLedger ledger, AuditRecorderOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Capacity, 1, nameof(options));
        _ledger = ledger;
        _options = options;
        _logger = options.LoggerFactory.CreateLogger<AuditRecorder>();
    }

    /// <summary>How many events wait for the ledger to be back.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <summary>Records an event, or lets it wait when its type may.</summary>
    /// <exception cref="AuditUnavailableException">It could not be made durable and may not wait, or too many wait already; what it describes must not happen.</exception>
    /// <exception cref="AuditEntryException">The entry is beyond <see cref="AuditLimits"/> or ill-formed.</exception>
    public async Task RecordAsync(AuditEntry entry, CancellationToken cancellation = default)
    {
        var mayWait = _options.Buffered.Any(prefix => entry.Type == prefix || entry.Type.StartsWith(prefix + ".", StringComparison.Ordinal));
        // While earlier ones wait, later ones queue behind them instead of trying in vain.
        if (mayWait && Waiting > 0)
        {
            Wait(entry, inner: null);
            return;
        }

        try
        {
            await _ledger.AppendAsync(entry, cancellation).ConfigureAwait(false);
        }
        catch (AuditUnavailableException e) when (mayWait)
        {
            Wait(entry, e);
        }
    }

    /// <summary>Tries once more to write what waits. What cannot be written is lost, and the log says how much.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _draining.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            while (await WriteNextAsync().ConfigureAwait(false))
            {
            }
        }
        catch (Exception e)
        {
            LogLost(e, Waiting);
        }

        _stop.Dispose();
    }

    private void Wait(AuditEntry entry, Exception? inner)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            if (_waiting.Count >= _options.Capacity)
                throw new AuditUnavailableException($"{_waiting.Count} events already wait for the audit ledger, which cannot be written. Try again later.", inner);
            _waiting.Enqueue(entry);
            if (_waiting.Count > 1 && !_draining.IsCompleted)
                return;
            LogWaiting();
            _draining = Task.Run(DrainAsync);
        }
    }

    private async Task DrainAsync()
    {
        var wait = ShortestWait;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (!await WriteNextAsync().ConfigureAwait(false))
                    return;
                wait = ShortestWait;
            }
            catch (Exception e)
            {
                LogStillWaiting(e, Waiting);
                await Task.Delay(wait, _options.TimeProvider, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wait = wait * 2 > LongestWait ? LongestWait : wait * 2;
            }
        }
    }

    /// <summary>Writes the oldest; false when none waits.</summary>
    private async Task<bool> WriteNextAsync()
    {
        AuditEntry? next;
        lock (_gate)
        {
            if (!_waiting.TryPeek(out next))
                return false;
        }

        await _ledger.AppendAsync(next, CancellationToken.None).ConfigureAwait(false);
        lock (_gate)
        {
            _waiting.Dequeue();
            return _waiting.Count > 0;
        }
    }

    [LoggerMessage(EventId = 20, EventName = "AuditEventsWait", Level = LogLevel.Error, Message = "The audit ledger cannot be written; events of types that may wait are kept in memory")]
    private partial void LogWaiting();

    [LoggerMessage(EventId = 21, EventName = "AuditEventsStillWait", Level = LogLevel.Warning, Message = "{Count} audit events wait for the ledger")]
    private partial void LogStillWaiting(Exception error, int count);

    [LoggerMessage(EventId = 22, EventName = "AuditEventsLost", Level = LogLevel.Critical, Message = "{Count} audit events that waited for the ledger were lost at the end of the process")]
    private partial void LogLost(Exception error, int count);
}
