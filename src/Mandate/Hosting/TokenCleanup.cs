using Mandate.Configuration;
using Mandate.Credentials.Vault;
using Mandate.Protocol;
using Mandate.Stateful;

namespace Mandate.Hosting;

/// <summary>Removes the API tokens of trees that have ended, hour by hour.</summary>
internal sealed partial class TokenCleanup : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Task _run;

    private TokenCleanup(EndedTrees? trees, ILoggerFactory loggers, TimeProvider time)
    {
        _time = time;
        _logger = loggers.CreateLogger<TokenCleanup>();
        _run = trees is null ? Task.CompletedTask : RunAsync(trees);
    }

    /// <summary>Starts it, unless the settings leave it to another service: a database may be shared with services whose workflows cannot be seen from here.</summary>
    public static TokenCleanup Start(ApiTokenOptions options, TokenVault tokens, RpcHandler engine, ILoggerFactory loggers, TimeProvider? time = null) =>
        new(options.RemoveEnded ?? (options.Postgres ?? options.PostgresFile) is null ? new EndedTrees(tokens.Vault, engine, loggers, time) : null, loggers, time ?? TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }

    private async Task RunAsync(EndedTrees trees)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, _time, _stop.Token);
                try
                {
                    await trees.RemoveAsync(_stop.Token);
                }
                catch (Exception e) when (e is RpcException or CredentialException)
                {
                    LogNotRemoved(e);
                }
            }
        }
        catch (Exception e) when (_stop.IsCancellationRequested && e is OperationCanceledException or RpcException)
        {
            // Asked to stop.
        }
    }

    [LoggerMessage(EventId = 1, EventName = "TreesNotRemoved", Level = LogLevel.Warning, Message = "Whether trees of workflows have ended could not be found out, so their API tokens are kept; it is tried again in an hour")]
    private partial void LogNotRemoved(Exception error);
}
