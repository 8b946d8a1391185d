using Microsoft.Extensions.DependencyInjection;

namespace Mandate.Temporal.Hosting;

internal sealed record MandateWorkerBuilder(string TaskQueue, IServiceCollection Services) : IMandateWorkerBuilder
{
    internal required MandateWorkerRegistration Registration { get; init; }
}
