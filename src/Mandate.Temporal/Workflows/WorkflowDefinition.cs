using System.Collections.Concurrent;
using System.Reflection;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Reflection;

namespace Mandate.Temporal.Workflows;

/// <summary>A workflow as registered with a worker: its type, run method and handlers, checked and compiled.</summary>
public sealed class WorkflowDefinition
{
    private static readonly ConcurrentDictionary<Type, WorkflowDefinition> Cache = new();
    /// <summary>Activations of a workflow type that are watched for waits outside the workflow.</summary>
    private const int Watched = 50;

    private readonly MethodCall _create;
    private readonly bool _createTakesArguments;
    private int _watchesLeft = Watched;

    private WorkflowDefinition(WorkflowDefinitionReader reader)
    {
        Name = reader.Name;
        Type = reader.Type;
        RunMethod = reader.RunMethod;
        Run = reader.Run;
        Signals = reader.Signals;
        DynamicSignal = reader.DynamicSignal;
        Queries = reader.Queries;
        DynamicQuery = reader.DynamicQuery;
        Updates = reader.Updates;
        DynamicUpdate = reader.DynamicUpdate;
        FailureExceptionTypes = reader.FailureExceptionTypes;
        _create = reader.Create;
        _createTakesArguments = reader.CreateTakesArguments;
    }

    /// <summary>Type name by which it is started, null for the workflow that takes every unknown name.</summary>
    public string? Name { get; }

    /// <summary>The class.</summary>
    public Type Type { get; }

    /// <summary>The run method.</summary>
    public MethodInfo RunMethod { get; }

    /// <summary>Signal handlers by name.</summary>
    public IReadOnlyDictionary<string, WorkflowSignalDefinition> Signals { get; }

    /// <summary>Handler of signals without one.</summary>
    public WorkflowSignalDefinition? DynamicSignal { get; }

    /// <summary>Query handlers by name.</summary>
    public IReadOnlyDictionary<string, WorkflowQueryDefinition> Queries { get; }

    /// <summary>Handler of queries without one.</summary>
    public WorkflowQueryDefinition? DynamicQuery { get; }

    /// <summary>Update handlers by name.</summary>
    public IReadOnlyDictionary<string, WorkflowUpdateDefinition> Updates { get; }

    /// <summary>Handler of updates without one.</summary>
    public WorkflowUpdateDefinition? DynamicUpdate { get; }

    /// <summary>Whether it takes every workflow type no other registered workflow has.</summary>
    public bool Dynamic => Name is null;

    /// <summary>Exceptions, beside failure exceptions, that fail the workflow instead of its task.</summary>
    public IReadOnlyList<Type> FailureExceptionTypes { get; }

    internal MethodCall Run { get; }

    /// <summary>Methods that take signals and updates.</summary>
    internal IEnumerable<MethodInfo> Handlers =>
    [
        .. Signals.Values.Append(DynamicSignal).OfType<WorkflowSignalDefinition>().Select(s => s.Method),
        .. Updates.Values.Append(DynamicUpdate).OfType<WorkflowUpdateDefinition>().Select(u => u.Method),
    ];

    /// <summary>Reads and checks a workflow class.</summary>
    /// <exception cref="ArgumentException">The class cannot be a workflow; the message lists everything that is wrong.</exception>
    public static WorkflowDefinition Create<T>() => Create(typeof(T));

    /// <inheritdoc cref="Create{T}"/>
    public static WorkflowDefinition Create(Type type) => Cache.GetOrAdd(type, static t => new(new WorkflowDefinitionReader(t)));

    /// <summary>Name of the workflow a call such as <c>wf => wf.RunAsync(…)</c> means.</summary>
    internal static string NameFromRunMethod(MethodInfo method) => RunMethodNames.Of(method);

    /// <summary>Whether an activation is to be watched for waits outside the workflow.</summary>
    internal bool TakeWatch() => Volatile.Read(ref _watchesLeft) > 0 && Interlocked.Decrement(ref _watchesLeft) >= 0;

    internal object CreateInstance(object?[] arguments) => _create.Invoke(null, _createTakesArguments ? arguments : [])!;

    internal object?[] DecodeArguments(IReadOnlyList<Protocol.Api.Common.V1.Payload>? payloads, IPayloadConverter converter, string workflowType) => Dynamic
        ? [Arguments.Raw(payloads)]
        : Arguments.Decode(Run, payloads, converter, $"The run method of workflow {workflowType}");
}
