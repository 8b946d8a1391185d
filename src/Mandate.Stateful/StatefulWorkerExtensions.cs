using Mandate.Stateful.Activities;
using Mandate.Stateful.Propagation;
using Mandate.Temporal.Hosting;
using Mandate.Temporal.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Mandate.Stateful;

/// <summary>Turns trees of <see cref="StatefulWorkflow"/>s on for workers.</summary>
public static class StatefulWorkerExtensions
{
    /// <summary>
    /// Makes a worker run <see cref="StatefulWorkflow"/>s: hands tokens and addresses on, gives activities their <see cref="IApiTokens"/>, and enforces <see cref="RequireAncestorAttribute"/>
    /// and <see cref="RequireScopeAttribute"/> on every signal and update of every workflow. The worker also needs identity propagation, which says who sent what.
    /// </summary>
    /// <param name="options">Options of the worker, which are changed.</param>
    /// <param name="stateful">How.</param>
    public static TemporalWorkerOptions AddStatefulWorkflows(this TemporalWorkerOptions options, StatefulOptions stateful)
    {
        // Behind identity propagation, which knows the sender before the rules for senders are applied.
        options.Interceptors = [.. options.Interceptors, new StatefulWorkerInterceptor(stateful)];
        options.AddAllActivities(typeof(VaultActivities), instance: null);
        return options;
    }

    /// <inheritdoc cref="AddStatefulWorkflows(TemporalWorkerOptions, StatefulOptions)"/>
    /// <param name="builder">The worker. The host needs an <see cref="IApiTokenAuthority"/>.</param>
    /// <param name="configure">Changes how; null for the defaults.</param>
    public static IMandateWorkerBuilder AddStatefulWorkflows(this IMandateWorkerBuilder builder, Func<StatefulOptions, StatefulOptions>? configure = null)
    {
        builder.Services.AddApiTokens();
        return builder.ConfigureOptions((services, worker) =>
        {
            var authority = services.GetService<IApiTokenAuthority>() ?? throw new InvalidOperationException(
                $"The worker of task queue {builder.TaskQueue} cannot redeem API tokens: register a {nameof(VaultTokenAuthority)}, or a {nameof(RemoteTokenAuthority)} with the address of the service.");
            var options = new StatefulOptions { Authority = authority, LoggerFactory = services.GetService<ILoggerFactory>() ?? Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance };
            worker.AddStatefulWorkflows(configure?.Invoke(options) ?? options);
        });
    }

    /// <summary>Lets activities take <see cref="IApiTokens"/> by constructor injection.</summary>
    public static IServiceCollection AddApiTokens(this IServiceCollection services)
    {
        services.TryAddSingleton(ApiTokens.Current);
        return services;
    }
}
