using Mandate.Protocol.Grpc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Mandate.Credentials;

/// <summary>Worker authentication in a host.</summary>
public static class WorkerAuthenticationServiceCollectionExtensions
{
    /// <summary>
    /// Proves the host's workers and clients to the Temporal endpoint: the channel of <c>AddTemporalClient</c> sends the present token with each call, it is kept fresh while the host
    /// runs, and a health check named <c>worker-authentication</c> (tag <c>ready</c>) tells whether that works.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Makes the options; null takes them from the environment (<see cref="WorkerAuthenticationOptions.FromEnvironment"/>).</param>
    public static IServiceCollection AddWorkerAuthentication(this IServiceCollection services, Func<IServiceProvider, WorkerAuthenticationOptions>? configure = null)
    {
        if (services.Any(service => service.ServiceType == typeof(WorkerAuthentication)))
            return services;
        services.AddSingleton(provider => new WorkerAuthentication(
            configure?.Invoke(provider) ?? WorkerAuthenticationOptions.FromEnvironment(),
            handler: null,
            provider.GetService<TimeProvider>(),
            provider.GetService<ILoggerFactory>()));
        services.AddHostedService<WorkerAuthenticationService>();
        services.AddSingleton<IGrpcChannelSetup>(provider => provider.GetRequiredService<WorkerAuthentication>());
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            "worker-authentication", provider => new WorkerAuthenticationHealthCheck(provider.GetRequiredService<WorkerAuthentication>()), failureStatus: null, ["ready"]));
        return services;
    }
}
