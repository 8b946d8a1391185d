using System.Collections.Concurrent;
using System.Reflection;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Reflection;

namespace Mandate.Temporal.Activities;

/// <summary>An activity as registered with a worker: its type, parameters and how it is called.</summary>
public sealed class ActivityDefinition
{
    private static readonly ConcurrentDictionary<MethodInfo, string> NamesByMethod = new();
    private readonly Func<object?[], Task<object?>> _invoke;

    private ActivityDefinition(string? name, MethodCall call, Func<object?[], Task<object?>> invoke)
    {
        Name = name;
        Call = call;
        _invoke = invoke;
        if (name?.StartsWith("__temporal_", StringComparison.Ordinal) == true)
            throw new DefinitionException($"The activity name {name} is reserved.");
        if (name is null && (call.ParameterTypes.Count != 1 || call.ParameterTypes[0] != typeof(RawPayload[])))
            throw new DefinitionException("A dynamic activity takes its arguments as they came: RawPayload[].");
    }

    /// <summary>Activity type, null for the activity that takes every unknown type.</summary>
    public string? Name { get; }

    /// <summary>Whether it takes every activity type no other registered activity has.</summary>
    public bool Dynamic => Name is null;

    /// <summary>Types of the parameters.</summary>
    public IReadOnlyList<Type> ParameterTypes => Call.ParameterTypes;

    /// <summary>Number of parameters without a default.</summary>
    public int RequiredParameterCount => Call.RequiredParameterCount;

    /// <summary>Type of the result without its task; that of <c>void</c> for none.</summary>
    public Type ReturnType => Call.ResultType;

    internal MethodCall Call { get; }

    /// <summary>A definition from a delegate to a method with <see cref="ActivityAttribute"/>.</summary>
    /// <exception cref="ArgumentException">The method cannot be an activity.</exception>
    public static ActivityDefinition Create(Delegate del)
    {
        var attribute = AttributeOf(del.Method);
        var call = MethodCall.Of(del);
        return new(NameOf(del.Method, attribute), call, arguments => InvokeAsync(call, null, arguments));
    }

    /// <summary>A definition from a method with <see cref="ActivityAttribute"/>.</summary>
    /// <param name="method">The method.</param>
    /// <param name="instance">The object to call it on, null for a static method.</param>
    /// <exception cref="ArgumentException">The method cannot be an activity.</exception>
    public static ActivityDefinition Create(MethodInfo method, object? instance)
    {
        var name = Check(method);
        if (!method.IsStatic && instance is null)
            throw new DefinitionException($"The activity {Names.Of(method)} is not static, so it needs an instance.");
        var call = MethodCall.Of(method);
        return new(name, call, arguments => InvokeAsync(call, instance, arguments));
    }

    /// <summary>A definition from a method with <see cref="ActivityAttribute"/> whose object is made for each attempt, such as by a container's scope.</summary>
    /// <param name="method">The method, not static.</param>
    /// <param name="invoker">Gets an object, passes it to its argument and cleans up afterwards.</param>
    /// <exception cref="ArgumentException">The method cannot be an activity.</exception>
    public static ActivityDefinition Create(MethodInfo method, Func<Func<object, Task<object?>>, Task<object?>> invoker)
    {
        var name = Check(method);
        var call = MethodCall.Of(method);
        return new(name, call, arguments => invoker(instance => InvokeAsync(call, instance, arguments)));
    }

    /// <summary>A definition from any delegate.</summary>
    /// <param name="name">Activity type, null to take every unknown one.</param>
    /// <param name="del">The delegate.</param>
    /// <exception cref="ArgumentException">The delegate cannot be an activity.</exception>
    public static ActivityDefinition CreateWithoutAttribute(string? name, Delegate del)
    {
        var call = MethodCall.Of(del);
        return new(name, call, arguments => InvokeAsync(call, null, arguments));
    }

    /// <summary>Definitions of every method of a class that has <see cref="ActivityAttribute"/>.</summary>
    /// <param name="type">The class.</param>
    /// <param name="instance">The object to call methods on; may be null when all are static.</param>
    /// <exception cref="ArgumentException">There is none, or one cannot be an activity.</exception>
    public static IReadOnlyList<ActivityDefinition> CreateAll(Type type, object? instance) => [.. MethodsOf(type).Select(m => Create(m, instance))];

    /// <summary>Activity type that a call such as <c>a => a.DoAsync(…)</c> means.</summary>
    internal static string NameFromMethod(MethodInfo method) => NamesByMethod.GetOrAdd(method, static m =>
        NameOf(m, AttributeOf(m)) ?? throw new DefinitionException($"{Names.Of(m)} takes all activity types; give the type's name instead of an expression."));

    /// <summary>Methods of a class, with those of its base classes, that are activities.</summary>
    internal static IReadOnlyList<MethodInfo> MethodsOf(Type type)
    {
        var methods = type
            .GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy)
            .Where(m => m.IsDefined(typeof(ActivityAttribute), inherit: false))
            .ToList();
        return methods.Count > 0 ? methods : throw new DefinitionException($"{type} has no method with [Activity].");
    }

    internal Task<object?> InvokeAsync(object?[] arguments) => _invoke(arguments);

    internal object?[] DecodeArguments(IReadOnlyList<Protocol.Api.Common.V1.Payload>? payloads, IPayloadConverter converter, string activityType) => Dynamic
        ? [Arguments.Raw(payloads)]
        : Arguments.Decode(Call, payloads, converter, $"Activity {activityType}");

    private static async Task<object?> InvokeAsync(MethodCall call, object? instance, object?[] arguments)
    {
        var returned = call.Invoke(instance, arguments);
        if (returned is not Task task)
            return returned;
        await task.ConfigureAwait(false);
        return call.ResultOf(task);
    }

    private static string? Check(MethodInfo method)
    {
        var attribute = AttributeOf(method);
        if (!method.IsPublic)
            throw new DefinitionException($"The activity {Names.Of(method)} must be public.");
        if (method.ContainsGenericParameters)
            throw new DefinitionException($"The activity {Names.Of(method)} must not be generic.");
        if (method.GetParameters().Any(p => p.ParameterType.IsByRef))
            throw new DefinitionException($"The activity {Names.Of(method)} has ref, in or out parameters, which cannot be sent.");
        return NameOf(method, attribute);
    }

    private static ActivityAttribute AttributeOf(MethodInfo method) =>
        method.GetCustomAttribute<ActivityAttribute>(inherit: false) ?? throw new DefinitionException($"{Names.Of(method)} has no [Activity].");

    private static string? NameOf(MethodInfo method, ActivityAttribute attribute)
    {
        if (!attribute.Dynamic)
            return attribute.Name ?? Names.OfMethod(method);
        return attribute.Name is null ? null : throw new DefinitionException($"The dynamic activity {Names.Of(method)} has no name of its own.");
    }
}
