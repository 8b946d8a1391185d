using Mandate.Protocol.Conversion;
using Mandate.Temporal.Interceptors;
using Microsoft.Extensions.Logging;

namespace Mandate.Temporal.Worker.Instance;

/// <summary>What all workflow instances of a worker share.</summary>
internal sealed record WorkflowInstanceOptions
{
    internal required string Namespace { get; init; }

    internal required string TaskQueue { get; init; }

    internal DataConverter DataConverter { get; init; } = DataConverter.Default;

    internal required ILoggerFactory LoggerFactory { get; init; }

    /// <summary>Outermost first.</summary>
    internal IReadOnlyList<IWorkerInterceptor> Interceptors { get; init; } = [];

    /// <summary>Exceptions, beside failure exceptions, that fail a workflow instead of its task.</summary>
    internal IReadOnlyCollection<Type> FailureExceptionTypes { get; init; } = [];
}
