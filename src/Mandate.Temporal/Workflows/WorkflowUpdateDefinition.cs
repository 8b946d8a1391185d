using System.Reflection;
using Mandate.Temporal.Reflection;

namespace Mandate.Temporal.Workflows;

/// <summary>An update handler and its validator.</summary>
public sealed class WorkflowUpdateDefinition
{
    private WorkflowUpdateDefinition(string? name, string? description, HandlerUnfinishedPolicy unfinishedPolicy, MethodCall call, MethodCall? validator)
    {
        Name = name;
        Description = description;
        UnfinishedPolicy = unfinishedPolicy;
        Call = call;
        Validator = validator;
        if (!call.ReturnsTask)
            throw new DefinitionException($"The update handler {name ?? "(dynamic)"} must return Task or Task<T>.");
        if (name is null)
            DynamicHandler.Check(call, "update");
        if (validator is null)
            return;
        if (validator.ResultType != typeof(void) || validator.ReturnsTask)
            throw new DefinitionException($"The validator of the update {name ?? "(dynamic)"} must return nothing: it rejects an update by throwing.");
        if (!validator.ParameterTypes.SequenceEqual(call.ParameterTypes))
            throw new DefinitionException($"The validator of the update {name ?? "(dynamic)"} must have the same parameters as the update.");
    }

    /// <summary>Name of the update, null for the handler of all that have none.</summary>
    public string? Name { get; }

    /// <summary>What it is for, shown by tools.</summary>
    public string? Description { get; }

    /// <summary>Whether it handles all updates that have no handler.</summary>
    public bool Dynamic => Name is null;

    /// <summary>What happens when the workflow ends while the handler runs.</summary>
    public HandlerUnfinishedPolicy UnfinishedPolicy { get; }

    /// <summary>The method or delegate that handles it; its attributes may say more about it.</summary>
    public required MethodInfo Method { get; init; }

    internal MethodCall Call { get; }

    internal MethodCall? Validator { get; }

    /// <summary>A definition from a method with <see cref="WorkflowUpdateAttribute"/>.</summary>
    /// <exception cref="ArgumentException">The methods cannot be an update handler and its validator.</exception>
    public static WorkflowUpdateDefinition FromMethod(MethodInfo method, MethodInfo? validatorMethod = null)
    {
        var attribute = method.GetCustomAttribute<WorkflowUpdateAttribute>(inherit: false) ?? throw new DefinitionException($"{Names.Of(method)} has no [WorkflowUpdate].");
        HandlerMethod.Check(method, "WorkflowUpdate", attribute.Dynamic, attribute.Name);
        if (validatorMethod is not null)
            HandlerMethod.Check(validatorMethod, "WorkflowUpdateValidator", dynamic: false, name: null);
        return new(
            attribute.Dynamic ? null : attribute.Name ?? Names.OfMethod(method),
            attribute.Description,
            attribute.UnfinishedPolicy,
            MethodCall.Of(method),
            validatorMethod is null ? null : MethodCall.Of(validatorMethod)) { Method = method };
    }

    /// <summary>A definition from delegates, for <c>Workflow.Updates</c>.</summary>
    /// <param name="name">Name of the update; null handles all updates that have no handler.</param>
    /// <param name="handler">Delegate returning <see cref="Task"/> or <see cref="Task{TResult}"/>.</param>
    /// <param name="validator">Delegate with the same parameters that rejects by throwing.</param>
    /// <param name="description">What it is for, shown by tools.</param>
    /// <param name="unfinishedPolicy">What happens when the workflow ends while the handler runs.</param>
    /// <exception cref="ArgumentException">The delegates cannot be an update handler and its validator.</exception>
    public static WorkflowUpdateDefinition CreateWithoutAttribute(
        string? name,
        Delegate handler,
        Delegate? validator = null,
        string? description = null,
        HandlerUnfinishedPolicy unfinishedPolicy = HandlerUnfinishedPolicy.WarnAndAbandon) =>
        new(name, description, unfinishedPolicy, MethodCall.Of(handler), validator is null ? null : MethodCall.Of(validator)) { Method = handler.Method };

    /// <summary>Name of the update a call such as <c>wf => wf.ChangeAsync(…)</c> means.</summary>
    internal static string NameFromMethod(MethodInfo method)
    {
        var attribute = method.GetCustomAttribute<WorkflowUpdateAttribute>(inherit: false)
            ?? throw new DefinitionException($"{Names.Of(method)} has no [WorkflowUpdate], so it cannot be called as an update.");
        return attribute.Dynamic
            ? throw new DefinitionException($"{Names.Of(method)} handles all updates; give the update's name instead of an expression.")
            : attribute.Name ?? Names.OfMethod(method);
    }
}
