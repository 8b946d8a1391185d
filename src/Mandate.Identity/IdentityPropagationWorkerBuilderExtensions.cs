using Mandate.Temporal.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mandate.Identity;

/// <summary>Turns identity propagation on for workers in a host.</summary>
public static class IdentityPropagationWorkerBuilderExtensions
{
    /// <summary>
    /// Makes the worker enforce identity with the host's <see cref="PrincipalVerifier"/>: a run, activity or message without a good signed principal is refused, and everything a
    /// workflow starts carries its own.
    /// </summary>
    /// <param name="builder">The worker.</param>
    /// <param name="configure">Changes how identity is enforced; null for the defaults.</param>
    public static IMandateWorkerBuilder AddIdentityPropagation(this IMandateWorkerBuilder builder, Func<IdentityPropagationOptions, IdentityPropagationOptions>? configure = null) =>
        builder.ConfigureOptions((services, worker) =>
        {
            var verifier = services.GetService<PrincipalVerifier>() ?? throw new InvalidOperationException(
                $"The worker of task queue {builder.TaskQueue} cannot verify principals: register a {nameof(PrincipalVerifier)} with the keys of the service that signs them.");
            var options = new IdentityPropagationOptions { Verifier = verifier };
            if (services.GetService<ILoggerFactory>() is { } loggers)
                options = options with { LoggerFactory = loggers };
            worker.AddIdentityPropagation(configure?.Invoke(options) ?? options);
        });
}
