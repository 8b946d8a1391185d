using System.Reflection;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Reflection;

namespace Mandate.Temporal.Workflows;

/// <summary>Reads a workflow class by reflection, collecting everything that is wrong before it complains.</summary>
internal sealed class WorkflowDefinitionReader
{
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy;

    private readonly List<string> _errors = [];

    internal WorkflowDefinitionReader(Type type)
    {
        Type = type;
        var attribute = type.GetCustomAttribute<WorkflowAttribute>(inherit: false) ?? throw new DefinitionException($"{type} has no [Workflow].");
        if (attribute is { Dynamic: true, Name: not null })
            _errors.Add("a dynamic workflow has no name");
        if (type.IsInterface || type.IsAbstract)
            _errors.Add("it cannot be instantiated");
        if (type.ContainsGenericParameters)
            _errors.Add("it has open type parameters");
        Name = attribute.Dynamic ? null : attribute.Name ?? Names.OfType(type);
        FailureExceptionTypes = attribute.FailureExceptionTypes ?? [];

        ReadRun(attribute.Dynamic);
        ReadHandlers();
        ReadConstructor();
        if (_errors.Count > 0)
            throw new DefinitionException($"{type} cannot be a workflow: {string.Join("; ", _errors)}.");
    }

    internal string? Name { get; }

    internal Type Type { get; }

    internal MethodInfo RunMethod { get; private set; } = null!;

    internal MethodCall Run { get; private set; } = null!;

    internal MethodCall Create { get; private set; } = null!;

    internal bool CreateTakesArguments { get; private set; }

    internal Dictionary<string, WorkflowSignalDefinition> Signals { get; } = [];

    internal WorkflowSignalDefinition? DynamicSignal { get; private set; }

    internal Dictionary<string, WorkflowQueryDefinition> Queries { get; } = [];

    internal WorkflowQueryDefinition? DynamicQuery { get; private set; }

    internal Dictionary<string, WorkflowUpdateDefinition> Updates { get; } = [];

    internal WorkflowUpdateDefinition? DynamicUpdate { get; private set; }

    internal IReadOnlyList<Type> FailureExceptionTypes { get; }

    private void ReadRun(bool dynamic)
    {
        var methods = Type.GetMethods(Everything).Where(m => m.IsDefined(typeof(WorkflowRunAttribute), inherit: false)).ToList();
        if (methods.Count != 1)
        {
            _errors.Add(methods.Count == 0 ? "no method has [WorkflowRun]" : $"{methods.Count} methods have [WorkflowRun]: {string.Join(", ", methods.Select(m => m.Name))}");
            return;
        }

        var method = methods[0];
        if (!method.IsPublic || method.IsStatic || method.ContainsGenericParameters)
            _errors.Add($"[WorkflowRun] on {method.Name}: the method must be public, not static and not generic");
        else if (!typeof(Task).IsAssignableFrom(method.ReturnType))
            _errors.Add($"[WorkflowRun] on {method.Name}: the method must return Task or Task<T>");
        else if (dynamic && (method.GetParameters().Length != 1 || method.GetParameters()[0].ParameterType != typeof(RawPayload[])))
            _errors.Add($"[WorkflowRun] on {method.Name}: the run method of a dynamic workflow takes RawPayload[]");
        else
            (RunMethod, Run) = (method, MethodCall.Of(method));
    }

    private void ReadHandlers()
    {
        var methods = Type.GetMethods(Everything);
        foreach (var method in methods)
        {
            CheckOverride(method);
            Try(() =>
            {
                if (method.IsDefined(typeof(WorkflowSignalAttribute), inherit: false))
                    DynamicSignal = Add(Signals, DynamicSignal, WorkflowSignalDefinition.FromMethod(method), d => d.Name, "signal");
                if (method.IsDefined(typeof(WorkflowQueryAttribute), inherit: false))
                    DynamicQuery = Add(Queries, DynamicQuery, WorkflowQueryDefinition.FromMethod(method), d => d.Name, "query");
                if (method.IsDefined(typeof(WorkflowUpdateAttribute), inherit: false))
                    DynamicUpdate = Add(Updates, DynamicUpdate, WorkflowUpdateDefinition.FromMethod(method, ValidatorOf(method, methods)), d => d.Name, "update");
            });
            if (method.GetCustomAttribute<WorkflowUpdateValidatorAttribute>(inherit: false) is { } validator &&
                !methods.Any(m => m.Name == validator.UpdateMethod && m.IsDefined(typeof(WorkflowUpdateAttribute), inherit: false)))
                _errors.Add($"[WorkflowUpdateValidator] on {method.Name} names {validator.UpdateMethod}, which is no method with [WorkflowUpdate]");
        }

        foreach (var property in Type.GetProperties(Everything).Where(p => p.IsDefined(typeof(WorkflowQueryAttribute), inherit: false)))
            Try(() => DynamicQuery = Add(Queries, DynamicQuery, WorkflowQueryDefinition.FromProperty(property), d => d.Name, "query"));
    }

    private void ReadConstructor()
    {
        if (Run is null || Type.IsInterface || Type.IsAbstract)
            return;
        var constructors = Type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance);
        var marked = constructors.Where(c => c.IsDefined(typeof(WorkflowInitAttribute), inherit: false)).ToList();
        if (marked.Count > 1)
        {
            _errors.Add($"{marked.Count} constructors have [WorkflowInit]");
            return;
        }

        var constructor = marked.Count == 1 ? marked[0] : constructors.FirstOrDefault(c => c.GetParameters().Length == 0);
        if (constructor is null || !constructor.IsPublic)
            _errors.Add("it needs a public constructor: one without parameters, or one with [WorkflowInit] and the parameters of the run method");
        else if (marked.Count == 1 && !constructor.GetParameters().Select(p => p.ParameterType).SequenceEqual(Run.ParameterTypes))
            _errors.Add("the constructor with [WorkflowInit] must have the parameters of the run method");
        else
            (Create, CreateTakesArguments) = (MethodCall.Of(constructor), marked.Count == 1);
    }

    private static MethodInfo? ValidatorOf(MethodInfo update, MethodInfo[] methods)
    {
        var validators = methods.Where(m => m.GetCustomAttribute<WorkflowUpdateValidatorAttribute>(inherit: false)?.UpdateMethod == update.Name).ToList();
        return validators.Count > 1 ? throw new DefinitionException($"{update.Name} has {validators.Count} validators") : validators.SingleOrDefault();
    }

    private void CheckOverride(MethodInfo method)
    {
        var overridden = method.GetBaseDefinition();
        if (overridden == method)
            return;
        foreach (var attribute in new[] { typeof(WorkflowRunAttribute), typeof(WorkflowSignalAttribute), typeof(WorkflowQueryAttribute), typeof(WorkflowUpdateAttribute) })
        {
            if (overridden.IsDefined(attribute, inherit: false) && !method.IsDefined(attribute, inherit: false))
                _errors.Add($"{method.Name} overrides a method with [{attribute.Name[..^"Attribute".Length]}] and must have the attribute too");
        }
    }

    private static TDefinition? Add<TDefinition>(Dictionary<string, TDefinition> named, TDefinition? dynamic, TDefinition definition, Func<TDefinition, string?> name, string what)
        where TDefinition : class
    {
        if (name(definition) is not { } key)
            return dynamic is null ? definition : throw new DefinitionException($"there is more than one dynamic {what} handler");
        return named.TryAdd(key, definition) ? dynamic : throw new DefinitionException($"there is more than one {what} handler named {key}");
    }

    private void Try(Action read)
    {
        try
        {
            read();
        }
        catch (ArgumentException e)
        {
            _errors.Add(e.Message.TrimEnd('.'));
        }
    }
}
