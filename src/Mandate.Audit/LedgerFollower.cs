using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Mandate.Audit;

/// <summary>
/// Works through the ledgers in the background: whenever a tenant's ledger has grown, and from time to time, something is done for it; a failure is logged and tried again, later and
/// later, for as long as it takes.
/// </summary>
/// <param name="name">What it does, for the log.</param>
/// <param name="work">Does it for a tenant; true when there is more to do at once.</param>
/// <param name="every">Longest time between two rounds over the tenants that have grown.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where failures go.</param>
internal sealed partial class LedgerFollower(string name, Func<string, CancellationToken, Task<bool>> work, TimeSpan every, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, byte> _grown = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _wake = new(0);
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public void Start(IEnumerable<string> tenants)
    {
        foreach (var tenant in tenants)
            _grown.TryAdd(tenant, 0);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Says that a ledger has grown; <paramref name="now"/> when that should not wait.</summary>
    public void Grown(string tenant, bool now)
    {
        _grown.TryAdd(tenant, 0);
        if (now && _wake.CurrentCount == 0)
            _wake.Release();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _wake.Dispose();
    }

    private async Task RunAsync()
    {
        var failures = 0;
        while (!_stop.IsCancellationRequested)
        {
            var failed = false;
            foreach (var tenant in _grown.Keys)
            {
                // Taken off before the work, so that what comes during it is not missed.
                _grown.TryRemove(tenant, out _);
                if (await WorkAsync(tenant).ConfigureAwait(false))
                    continue;
                failed = true;
                _grown.TryAdd(tenant, 0);
            }

            failures = failed ? failures + 1 : 0;
            var wait = failed ? TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, Math.Pow(2, Math.Min(failures, 6)) / 2)) : every;
            await WaitAsync(wait, wakeable: !failed).ConfigureAwait(false);
        }
    }

    private async Task<bool> WorkAsync(string tenant)
    {
        try
        {
            while (await work(tenant, _stop.Token).ConfigureAwait(false))
            {
            }

            return true;
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            LogFailed(e, name);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private async Task WaitAsync(TimeSpan wait, bool wakeable)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var timer = Task.Delay(wait, time, done.Token);
        if (wakeable)
            await Task.WhenAny(timer, _wake.WaitAsync(done.Token)).ConfigureAwait(false);
        else
            await timer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await done.CancelAsync().ConfigureAwait(false);
    }

    [LoggerMessage(EventId = 10, EventName = "AuditFollowerFailed", Level = LogLevel.Error, Message = "The audit ledger's {Name} failed and is tried again")]
    private partial void LogFailed(Exception error, string name);
}
