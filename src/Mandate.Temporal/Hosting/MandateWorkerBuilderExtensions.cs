using Mandate.Temporal.Activities;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Worker;
using Mandate.Temporal.Workflows;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Mandate.Temporal.Hosting;

/// <summary>What a hosted worker runs.</summary>
public static class MandateWorkerBuilderExtensions
{
    /// <summary>Adds a workflow class.</summary>
    /// <exception cref="ArgumentException">The class cannot be a workflow; the message lists everything that is wrong.</exception>
    public static IMandateWorkerBuilder AddWorkflow<T>(this IMandateWorkerBuilder builder)
    {
        var definition = WorkflowDefinition.Create<T>();
        return builder.ConfigureOptions((_, options) => options.AddWorkflow(definition));
    }

    /// <summary>Adds the activities of a class, whose object is made in a scope of its own for each attempt. The class is registered as scoped where it is not registered yet.</summary>
    /// <exception cref="ArgumentException">There is no activity, or one cannot be one.</exception>
    public static IMandateWorkerBuilder AddScopedActivities<T>(this IMandateWorkerBuilder builder)
        where T : class
    {
        builder.Services.TryAddScoped<T>();
        return builder.AddActivitiesOf<T>();
    }

    /// <summary>Adds the activities of a class, whose object is made for each attempt. The class is registered as transient where it is not registered yet.</summary>
    /// <exception cref="ArgumentException">There is no activity, or one cannot be one.</exception>
    public static IMandateWorkerBuilder AddTransientActivities<T>(this IMandateWorkerBuilder builder)
        where T : class
    {
        builder.Services.TryAddTransient<T>();
        return builder.AddActivitiesOf<T>();
    }

    /// <summary>Adds the activities of a class with one object. The class is registered as singleton where it is not registered yet.</summary>
    /// <exception cref="ArgumentException">There is no activity, or one cannot be one.</exception>
    public static IMandateWorkerBuilder AddSingletonActivities<T>(this IMandateWorkerBuilder builder)
        where T : class
    {
        builder.Services.TryAddSingleton<T>();
        return builder.AddActivitiesOf<T>();
    }

    /// <summary>Adds the static activities of a class.</summary>
    /// <exception cref="ArgumentException">There is no activity, or one is not static.</exception>
    public static IMandateWorkerBuilder AddStaticActivities(this IMandateWorkerBuilder builder, Type type)
    {
        var definitions = ActivityDefinition.CreateAll(type, instance: null);
        return builder.ConfigureOptions((_, options) =>
        {
            foreach (var definition in definitions)
                options.AddActivity(definition);
        });
    }

    /// <summary>Adds the activities of an object.</summary>
    /// <exception cref="ArgumentException">There is no activity, or one cannot be one.</exception>
    public static IMandateWorkerBuilder AddActivitiesInstance<T>(this IMandateWorkerBuilder builder, T instance)
        where T : class => builder.ConfigureOptions((_, options) => options.AddAllActivities(instance));

    /// <summary>Adds an interceptor inside those added before.</summary>
    public static IMandateWorkerBuilder AddInterceptor(this IMandateWorkerBuilder builder, Func<IServiceProvider, IWorkerInterceptor> interceptor) =>
        builder.ConfigureOptions((provider, options) => options.Interceptors = [.. options.Interceptors, interceptor(provider)]);

    /// <summary>Sets options of the worker; called when it starts.</summary>
    public static IMandateWorkerBuilder ConfigureOptions(this IMandateWorkerBuilder builder, Action<TemporalWorkerOptions> configure) =>
        builder.ConfigureOptions((_, options) => configure(options));

    /// <summary>Sets options of the worker with the host's services; called when it starts.</summary>
    public static IMandateWorkerBuilder ConfigureOptions(this IMandateWorkerBuilder builder, Action<IServiceProvider, TemporalWorkerOptions> configure)
    {
        ((MandateWorkerBuilder)builder).Registration.Add(configure);
        return builder;
    }

    private static IMandateWorkerBuilder AddActivitiesOf<T>(this IMandateWorkerBuilder builder)
        where T : class
    {
        var methods = ActivityDefinition.MethodsOf(typeof(T));
        return builder.ConfigureOptions((provider, options) =>
        {
            var scopes = provider.GetRequiredService<IServiceScopeFactory>();
            foreach (var method in methods)
            {
                options.AddActivity(method.IsStatic
                    ? ActivityDefinition.Create(method, instance: null)
                    : ActivityDefinition.Create(method, async call =>
                    {
                        var scope = scopes.CreateAsyncScope();
                        await using (scope.ConfigureAwait(false))
                            return await call(scope.ServiceProvider.GetRequiredService<T>()).ConfigureAwait(false);
                    }));
            }
        });
    }
}
