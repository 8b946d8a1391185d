using Mandate.Protocol.Conversion;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Workflows;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Temporal.Worker;

/// <summary>What a replayer knows: the workflows, and what shapes their behaviour.</summary>
public sealed class WorkflowReplayerOptions
{
    /// <summary>Workflows.</summary>
    public IList<WorkflowDefinition> Workflows { get; } = [];

    /// <summary>Namespace the workflows see.</summary>
    public string Namespace { get; set; } = "ReplayNamespace";

    /// <summary>Task queue the workflows see where history has none.</summary>
    public string TaskQueue { get; set; } = "ReplayTaskQueue";

    /// <summary>The converter of the workers that wrote the histories.</summary>
    public DataConverter DataConverter { get; set; } = DataConverter.Default;

    /// <summary>Interceptors, outermost first.</summary>
    public IReadOnlyCollection<IWorkerInterceptor> Interceptors { get; set; } = [];

    /// <summary>Where workflows log; they log nothing while they are replayed.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>Exceptions, beside failure exceptions, that fail a workflow instead of its task.</summary>
    public IReadOnlyCollection<Type> WorkflowFailureExceptionTypes { get; set; } = [];

    /// <summary>Adds a workflow class.</summary>
    /// <exception cref="ArgumentException">The class cannot be a workflow; the message lists everything that is wrong.</exception>
    public WorkflowReplayerOptions AddWorkflow<T>() => AddWorkflow(WorkflowDefinition.Create<T>());

    /// <summary>Adds a workflow.</summary>
    public WorkflowReplayerOptions AddWorkflow(WorkflowDefinition definition)
    {
        Workflows.Add(definition);
        return this;
    }
}
