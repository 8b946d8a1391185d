using Microsoft.Extensions.Logging;

namespace Mandate.Credentials.WorkerTokens;

/// <summary>Keeps a token fresh in the background, so that calls find one at hand.</summary>
/// <param name="source">Gives tokens.</param>
/// <param name="jitter">Share by which refreshes come earlier by chance.</param>
/// <param name="backoff">Waits after failures.</param>
/// <param name="random">Gives 0 to 1.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where to log to.</param>
internal sealed partial class TokenSupervisor(ClientCredentialsTokenSource source, double jitter, RetryBackoff backoff, Func<double> random, TimeProvider time, ILogger logger)
    : IAsyncDisposable
{
    /// <summary>How long a stop may take, whatever the provider does.</summary>
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = logger;
    private readonly Lock _gate = new();
    private CancellationTokenSource? _stop;
    private Task _loop = Task.CompletedTask;
    private volatile Failure? _failure;

    /// <summary>The failure of the last refresh, and when the next is tried; null after a success.</summary>
    public Failure? LastFailure => _failure;

    /// <summary>Starts the one loop; one that runs is left alone.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (_stop is not null)
                return;
            _stop = new();
            var stop = _stop.Token;
            _loop = Task.Run(() => RunAsync(stop), CancellationToken.None);
        }
    }

    /// <summary>Ends the loop, within five seconds.</summary>
    public async Task StopAsync()
    {
        CancellationTokenSource? stop;
        Task loop;
        lock (_gate)
        {
            (stop, _stop, loop) = (_stop, null, _loop);
        }

        if (stop is null)
            return;
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAny(loop, Task.Delay(LongestStop, time, CancellationToken.None)).ConfigureAwait(false);
        stop.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task RunAsync(CancellationToken stop)
    {
        AccessToken? known = null;
        var failures = 0;
        try
        {
            while (true)
            {
                TimeSpan wait;
                try
                {
                    // A token that a call has brought in since is as good as one that is fetched here; only its end has to be watched from now on.
                    known = await source.ReplaceAsync(known, stop).ConfigureAwait(false);
                    if (failures > 0)
                        LogRecovered(failures);
                    failures = 0;
                    _failure = null;
                    wait = RefreshSchedule.Interval(known.ExpiresAt - time.GetUtcNow()) * (1 - (jitter * random()));
                }
                catch (TokenException e)
                {
                    wait = backoff.Wait(++failures);
                    _failure = new(e, time.GetUtcNow() + wait);
                    LogFailed(e, failures, wait.TotalSeconds);
                }

                await Task.Delay(wait, time, stop).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Stopped.
        }
        catch (Exception e)
        {
            LogBroken(e);
            throw;
        }
    }

    [LoggerMessage(EventId = 1, EventName = "WorkerTokenNotRefreshed", Level = LogLevel.Warning, Message = "The worker's token could not be refreshed ({Failures} times in a row); the next attempt is in {Seconds:0.0} s")]
    private partial void LogFailed(Exception error, int failures, double seconds);

    [LoggerMessage(EventId = 2, EventName = "WorkerTokenRecovered", Level = LogLevel.Information, Message = "The worker's token is refreshed again after {Failures} failures")]
    private partial void LogRecovered(int failures);

    [LoggerMessage(EventId = 3, EventName = "WorkerTokenSupervisorEnded", Level = LogLevel.Critical, Message = "The refresh of the worker's token has ended by an error that is none of the expected ones")]
    private partial void LogBroken(Exception error);

    /// <summary>A failed refresh.</summary>
    /// <param name="Error">Why.</param>
    /// <param name="NextAttempt">When the next is tried.</param>
    internal sealed record Failure(TokenException Error, DateTimeOffset NextAttempt);
}
