using System.Threading.Channels;
using Mandate.Audit;
using Mandate.Audit.Recording;
using Mandate.Audit.Records;
using Mandate.Hosting;

namespace Mandate.Auditing;

/// <summary>
/// Records what the service notices and cannot refuse, such as a key that was added to a file or a token that was fetched. While the ledger cannot be written these events wait, in order; what
/// still waits at the end of the process, or is too much to wait, is lost, and the log says so.
/// </summary>
internal sealed partial class NoticedEvents : IAsyncDisposable
{
    private const int Capacity = 10_000;
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly AuditRecorder _recorder;
    private readonly LedgerHealth _health;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<AuditRecord> _events = Channel.CreateBounded<AuditRecord>(Capacity);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writing;

    public NoticedEvents(AuditRecorder recorder, LedgerHealth health, ILoggerFactory loggers, TimeProvider? time = null)
    {
        _recorder = recorder;
        _health = health;
        _time = time ?? TimeProvider.System;
        _logger = loggers.CreateLogger<NoticedEvents>();
        _writing = WriteAllAsync();
    }

    /// <summary>Takes an event; returns at once.</summary>
    public void Add(AuditRecord record)
    {
        if (!_events.Writer.TryWrite(record))
            LogLost(record.Type);
    }

    /// <summary>Writes what waits, once; what cannot be written is lost.</summary>
    public async ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        await _stop.CancelAsync();
        await _writing;
        _stop.Dispose();
    }

    private async Task WriteAllAsync()
    {
        await foreach (var record in _events.Reader.ReadAllAsync(CancellationToken.None))
        {
            while (!await WriteAsync(record))
                await Task.Delay(Retry, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>False when it is to be tried again.</summary>
    private async Task<bool> WriteAsync(AuditRecord record)
    {
        try
        {
            await _recorder.RecordAsync(record.ToEntry(), CancellationToken.None);
            return true;
        }
        catch (AuditUnavailableException) when (!_stop.IsCancellationRequested)
        {
            _health.Failed();
            return false;
        }
        catch (Exception e) when (e is AuditUnavailableException or AuditEntryException or ObjectDisposedException)
        {
            LogLost(record.Type);
            return true;
        }
    }

    [LoggerMessage(EventId = 30, EventName = "NoticedEventLost", Level = LogLevel.Error, Message = "An event of the type {Type} could not be recorded in the audit ledger")]
    private partial void LogLost(string type);
}
