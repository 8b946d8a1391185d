using Mandate.Protocol.Grpc;
using Mandate.Temporal.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Temporal.Hosting;

/// <summary>Workers and clients in a host.</summary>
public static class MandateWorkerServiceCollectionExtensions
{
    /// <summary>Adds a worker that runs with the host, on the container's <see cref="ITemporalClient"/>. Several workers, also of one task queue, may be added.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="taskQueue">Task queue to poll.</param>
    public static IMandateWorkerBuilder AddMandateWorker(this IServiceCollection services, string taskQueue)
    {
        ArgumentException.ThrowIfNullOrEmpty(taskQueue);
        var registration = new MandateWorkerRegistration(taskQueue);
        services.AddSingleton<IHostedService>(provider => new MandateWorkerService(registration, provider));
        return new MandateWorkerBuilder(taskQueue, services) { Registration = registration };
    }

    /// <summary>
    /// Adds a client as <see cref="ITemporalClient"/> that connects with its first call. It logs to the host unless the options say otherwise, and its channel is set up by
    /// every <see cref="IGrpcChannelSetup"/> of the container.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Makes the options.</param>
    public static IServiceCollection AddTemporalClient(this IServiceCollection services, Func<IServiceProvider, TemporalClientConnectOptions> configure)
    {
        services.TryAddSingleton<ITemporalClient>(provider =>
        {
            var options = configure(provider);
            if (options.LoggerFactory is NullLoggerFactory && provider.GetService<ILoggerFactory>() is { } loggers)
                options = options with { LoggerFactory = loggers };
            var own = options.ConfigureChannel;
            return TemporalClient.CreateLazy(options with
            {
                ConfigureChannel = channel => provider.GetServices<IGrpcChannelSetup>().Aggregate(own?.Invoke(channel) ?? channel, (set, setup) => setup.Apply(set)),
            });
        });
        return services;
    }
}
