using Mandate.Gateway;
using Mandate.Protocol;

namespace Mandate.Hosting;

/// <summary>Registers the search attribute that holds a run's tenant. A cluster that does not answer, or has not given the permission yet, is asked again.</summary>
internal sealed partial class NamespacePreparation : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _logger;

    private NamespacePreparation(GatewayPipeline pipeline, string @namespace, ILoggerFactory loggers)
    {
        _logger = loggers.CreateLogger<NamespacePreparation>();
        Done = RunAsync(pipeline, @namespace);
    }

    /// <summary>Ends when it is registered, or when this is disposed.</summary>
    public Task Done { get; }

    public static NamespacePreparation Start(GatewayPipeline pipeline, string @namespace, ILoggerFactory loggers) => new(pipeline, @namespace, loggers);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Done;
        _stop.Dispose();
    }

    private async Task RunAsync(GatewayPipeline pipeline, string @namespace)
    {
        try
        {
            while (true)
            {
                try
                {
                    await pipeline.PrepareNamespaceAsync(@namespace, _stop.Token);
                    return;
                }
                catch (RpcException e)
                {
                    LogNotPrepared(e, @namespace);
                    await Task.Delay(Pause, TimeProvider.System, _stop.Token);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    [LoggerMessage(EventId = 1, EventName = "NamespaceNotPrepared", Level = LogLevel.Warning,
        Message = "The search attribute that holds a run's tenant could not be registered in namespace '{Namespace}'; until it is, starts fail. It is tried again; or register it there as a Keyword")]
    private partial void LogNotPrepared(Exception error, string @namespace);
}
