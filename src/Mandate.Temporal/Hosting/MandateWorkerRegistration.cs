using Mandate.Temporal.Worker;

namespace Mandate.Temporal.Hosting;

/// <summary>What was said about one worker while the host was built; applied, in order, when it starts.</summary>
internal sealed class MandateWorkerRegistration(string taskQueue)
{
    private readonly List<Action<IServiceProvider, TemporalWorkerOptions>> _steps = [];

    internal string TaskQueue => taskQueue;

    internal void Add(Action<IServiceProvider, TemporalWorkerOptions> step) => _steps.Add(step);

    internal TemporalWorkerOptions Build(IServiceProvider provider)
    {
        var options = new TemporalWorkerOptions(taskQueue);
        foreach (var step in _steps)
            step(provider, options);
        return options;
    }
}
