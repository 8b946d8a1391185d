using Mandate.Temporal.Activities;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Reflection;
using Mandate.Temporal.Workflows;
using Microsoft.Extensions.Logging;

namespace Mandate.Temporal.Worker;

/// <summary>What a worker runs, and how much of it at a time.</summary>
public sealed class TemporalWorkerOptions
{
    /// <summary>Creates options; the task queue has to be set.</summary>
    public TemporalWorkerOptions()
    {
    }

    /// <summary>Creates options.</summary>
    public TemporalWorkerOptions(string taskQueue) => TaskQueue = taskQueue;

    /// <summary>Task queue to poll.</summary>
    public string? TaskQueue { get; set; }

    /// <summary>Workflows. A worker without any polls for activities only.</summary>
    public IList<WorkflowDefinition> Workflows { get; } = [];

    /// <summary>Activities. A worker without any polls for workflow tasks only.</summary>
    public IList<ActivityDefinition> Activities { get; } = [];

    /// <summary>Interceptors, outermost first, inside those of the client.</summary>
    public IReadOnlyCollection<IWorkerInterceptor> Interceptors { get; set; } = [];

    /// <summary>Who works, as seen in histories. Default: the client's identity.</summary>
    public string? Identity { get; set; }

    /// <summary>Where the worker logs. Default: as the client.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Workflow runs kept in memory between their tasks. 0 replays each run with each of its tasks. Default 10,000.</summary>
    public int MaxCachedWorkflows { get; set; } = 10_000;

    /// <summary>Workflow tasks worked on at a time, at least 1. Default 100.</summary>
    public int MaxConcurrentWorkflowTasks { get; set; } = 100;

    /// <summary>Activities run at a time, at least 1. Default 100.</summary>
    public int MaxConcurrentActivities { get; set; } = 100;

    /// <summary>Local activities run at a time, at least 1. Default 100.</summary>
    public int MaxConcurrentLocalActivities { get; set; } = 100;

    /// <summary>Polls for workflow tasks waiting at a time, at least 1 (2 with a cache). Default 16; 32 in process, where a waiting poll costs nothing.</summary>
    public int? MaxConcurrentWorkflowTaskPolls { get; set; }

    /// <summary>Polls for activities waiting at a time, at least 1. Default 16; 32 in process, where a waiting poll costs nothing.</summary>
    public int? MaxConcurrentActivityTaskPolls { get; set; }

    /// <summary>Share of the workflow task polls that go to the common queue instead of this worker's own, 0 to 1. Default 0.5.</summary>
    public float NonStickyToStickyPollRatio { get; set; } = 0.5F;

    /// <summary>How long a task for a cached run may wait for this worker before any worker takes it. Default 10 s.</summary>
    public TimeSpan StickyQueueScheduleToStartTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest interval between heartbeats sent to the server. Default 60 s.</summary>
    public TimeSpan MaxHeartbeatThrottleInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Interval between heartbeats sent for activities without a heartbeat time-out. Default 30 s.</summary>
    public TimeSpan DefaultHeartbeatThrottleInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Activities of this task queue all workers together may begin per second; null for no limit.</summary>
    public double? MaxTaskQueueActivitiesPerSecond { get; set; }

    /// <summary>Whether activities may come back with the answer to the workflow task that schedules them, where this worker can run them. Default: yes.</summary>
    public bool EagerActivityExecution { get; set; } = true;

    /// <summary>How long running activities may go on after the worker was asked to stop, before they are cancelled. Default 0.</summary>
    public TimeSpan GracefulShutdownTimeout { get; set; } = TimeSpan.Zero;

    /// <summary>Exceptions, beside failure exceptions, that fail a workflow instead of its task.</summary>
    public IReadOnlyCollection<Type> WorkflowFailureExceptionTypes { get; set; } = [];

    /// <summary>How long workflow code may run without waiting before its task fails as a deadlock; null never. Default 2 s, null while a debugger is attached.</summary>
    public TimeSpan? DeadlockTimeout { get; set; } = System.Diagnostics.Debugger.IsAttached ? null : TimeSpan.FromSeconds(2);

    /// <summary>Adds a workflow class.</summary>
    /// <exception cref="ArgumentException">The class cannot be a workflow; the message lists everything that is wrong.</exception>
    public TemporalWorkerOptions AddWorkflow<T>() => AddWorkflow(typeof(T));

    /// <inheritdoc cref="AddWorkflow{T}"/>
    public TemporalWorkerOptions AddWorkflow(Type type) => AddWorkflow(WorkflowDefinition.Create(type));

    /// <summary>Adds a workflow.</summary>
    public TemporalWorkerOptions AddWorkflow(WorkflowDefinition definition)
    {
        Workflows.Add(definition);
        return this;
    }

    /// <summary>Adds a method with <see cref="ActivityAttribute"/>.</summary>
    /// <exception cref="ArgumentException">The method cannot be an activity.</exception>
    public TemporalWorkerOptions AddActivity(Delegate del) => AddActivity(ActivityDefinition.Create(del));

    /// <summary>Adds an activity.</summary>
    public TemporalWorkerOptions AddActivity(ActivityDefinition definition)
    {
        Activities.Add(definition);
        return this;
    }

    /// <summary>Adds all methods with <see cref="ActivityAttribute"/> of an object's class.</summary>
    /// <param name="instance">The object to call them on; may be null when all are static.</param>
    /// <exception cref="ArgumentException">There is none, or one cannot be an activity.</exception>
    public TemporalWorkerOptions AddAllActivities<T>(T? instance)
        where T : class => AddAllActivities(typeof(T), instance);

    /// <summary>Adds all methods with <see cref="ActivityAttribute"/> of a class.</summary>
    /// <param name="type">The class.</param>
    /// <param name="instance">The object to call them on; may be null when all are static.</param>
    /// <exception cref="ArgumentException">There is none, or one cannot be an activity.</exception>
    public TemporalWorkerOptions AddAllActivities(Type type, object? instance)
    {
        foreach (var definition in ActivityDefinition.CreateAll(type, instance))
            AddActivity(definition);
        return this;
    }

    /// <param name="interceptors">All interceptors of the worker, those of its client too.</param>
    internal void Validate(IReadOnlyCollection<IWorkerInterceptor> interceptors)
    {
        if (string.IsNullOrEmpty(TaskQueue))
            throw new DefinitionException("A worker needs a task queue.");
        if (Workflows.Count == 0 && Activities.Count == 0)
            throw new DefinitionException($"The worker of task queue {TaskQueue} has neither workflows nor activities: add at least one.");
        CheckDistinct(Workflows.Select(w => w.Name), "workflow");
        CheckDistinct(Activities.Select(a => a.Name), "activity");
        CheckEnforced(interceptors);
        AtLeast(0, MaxCachedWorkflows, nameof(MaxCachedWorkflows));
        AtLeast(1, MaxConcurrentWorkflowTasks, nameof(MaxConcurrentWorkflowTasks));
        AtLeast(1, MaxConcurrentActivities, nameof(MaxConcurrentActivities));
        AtLeast(1, MaxConcurrentLocalActivities, nameof(MaxConcurrentLocalActivities));
        AtLeast(MaxCachedWorkflows > 0 ? 2 : 1, MaxConcurrentWorkflowTaskPolls ?? 2, nameof(MaxConcurrentWorkflowTaskPolls));
        AtLeast(1, MaxConcurrentActivityTaskPolls ?? 1, nameof(MaxConcurrentActivityTaskPolls));
        if (NonStickyToStickyPollRatio is not (>= 0 and <= 1))
            throw new DefinitionException($"{nameof(NonStickyToStickyPollRatio)} is {NonStickyToStickyPollRatio}, but has to be between 0 and 1.");
    }

    private static void AtLeast(int least, int value, string name)
    {
        if (value < least)
            throw new DefinitionException($"{name} is {value}, but has to be at least {least}.");
    }

    private void CheckEnforced(IReadOnlyCollection<IWorkerInterceptor> interceptors)
    {
        foreach (var workflow in Workflows)
        {
            foreach (var handler in workflow.Handlers)
            {
                if (handler.GetCustomAttributes(inherit: true).OfType<IEnforcedByInterceptor>().FirstOrDefault(a => !interceptors.Any(a.IsEnforcedBy)) is not { } attribute)
                    continue;
                throw new DefinitionException(
                    $"The worker of task queue {TaskQueue} does not enforce [{attribute.GetType().Name.Replace("Attribute", "", StringComparison.Ordinal)}] on {workflow.Type.Name}.{handler.Name}: add {attribute.Remedy} to the worker.");
            }
        }
    }

    private void CheckDistinct(IEnumerable<string?> names, string what)
    {
        if (names.GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new DefinitionException($"The worker of task queue {TaskQueue} has more than one {what} {(twice.Key is null ? "that is dynamic" : $"named {twice.Key}")}.");
    }
}
