using Microsoft.Extensions.DependencyInjection;

namespace Mandate.Temporal.Hosting;

/// <summary>Builds a worker that runs with the host.</summary>
public interface IMandateWorkerBuilder
{
    /// <summary>Task queue of the worker.</summary>
    string TaskQueue { get; }

    /// <summary>The host's services.</summary>
    IServiceCollection Services { get; }
}
