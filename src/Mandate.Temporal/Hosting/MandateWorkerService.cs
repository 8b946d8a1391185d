using Mandate.Temporal.Client;
using Mandate.Temporal.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mandate.Temporal.Hosting;

/// <summary>Runs a worker with the host. A worker that ends with an error stops the host, as any background service does unless the host is told otherwise.</summary>
internal sealed class MandateWorkerService(MandateWorkerRegistration registration, IServiceProvider provider) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host goes on starting while the worker connects.
        await Task.Yield();
        var client = provider.GetService<ITemporalClient>() ?? throw new InvalidOperationException(
            $"The worker of task queue {registration.TaskQueue} needs a client: register one with AddTemporalClient(…), or an ITemporalClient of your own.");
        var options = registration.Build(provider);
        options.LoggerFactory ??= provider.GetService<ILoggerFactory>();
        using var worker = new TemporalWorker(client, options);
        await worker.RunAsync(stoppingToken).ConfigureAwait(false);
    }
}
