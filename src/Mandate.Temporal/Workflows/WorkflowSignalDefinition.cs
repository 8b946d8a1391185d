using System.Reflection;
using Mandate.Temporal.Reflection;

namespace Mandate.Temporal.Workflows;

/// <summary>A signal handler.</summary>
public sealed class WorkflowSignalDefinition
{
    private WorkflowSignalDefinition(string? name, string? description, HandlerUnfinishedPolicy unfinishedPolicy, MethodCall call)
    {
        Name = name;
        Description = description;
        UnfinishedPolicy = unfinishedPolicy;
        Call = call;
        if (call.ResultType != typeof(void) || !call.ReturnsTask)
            throw new DefinitionException($"The signal handler {name ?? "(dynamic)"} must return Task.");
        if (name is null)
            DynamicHandler.Check(call, "signal");
    }

    /// <summary>Name of the signal, null for the handler of all that have none.</summary>
    public string? Name { get; }

    /// <summary>What it is for, shown by tools.</summary>
    public string? Description { get; }

    /// <summary>Whether it handles all signals that have no handler.</summary>
    public bool Dynamic => Name is null;

    /// <summary>What happens when the workflow ends while the handler runs.</summary>
    public HandlerUnfinishedPolicy UnfinishedPolicy { get; }

    /// <summary>The method or delegate that handles it; its attributes may say more about it.</summary>
    public required MethodInfo Method { get; init; }

    internal MethodCall Call { get; }

    /// <summary>A definition from a method with <see cref="WorkflowSignalAttribute"/>.</summary>
    /// <exception cref="ArgumentException">The method cannot be a signal handler.</exception>
    public static WorkflowSignalDefinition FromMethod(MethodInfo method)
    {
        var attribute = method.GetCustomAttribute<WorkflowSignalAttribute>(inherit: false) ?? throw new DefinitionException($"{Names.Of(method)} has no [WorkflowSignal].");
        HandlerMethod.Check(method, "WorkflowSignal", attribute.Dynamic, attribute.Name);
        return new(attribute.Dynamic ? null : attribute.Name ?? Names.OfMethod(method), attribute.Description, attribute.UnfinishedPolicy, MethodCall.Of(method)) { Method = method };
    }

    /// <summary>A definition from a delegate, for <c>Workflow.Signals</c>.</summary>
    /// <param name="name">Name of the signal; null handles all signals that have no handler.</param>
    /// <param name="handler">Delegate returning <see cref="Task"/>.</param>
    /// <param name="description">What it is for, shown by tools.</param>
    /// <param name="unfinishedPolicy">What happens when the workflow ends while the handler runs.</param>
    /// <exception cref="ArgumentException">The delegate cannot be a signal handler.</exception>
    public static WorkflowSignalDefinition CreateWithoutAttribute(
        string? name, Delegate handler, string? description = null, HandlerUnfinishedPolicy unfinishedPolicy = HandlerUnfinishedPolicy.WarnAndAbandon) =>
        new(name, description, unfinishedPolicy, MethodCall.Of(handler)) { Method = handler.Method };

    /// <summary>Name of the signal a call such as <c>wf => wf.ApproveAsync(…)</c> means.</summary>
    internal static string NameFromMethod(MethodInfo method)
    {
        var attribute = method.GetCustomAttribute<WorkflowSignalAttribute>(inherit: false)
            ?? throw new DefinitionException($"{Names.Of(method)} has no [WorkflowSignal], so it cannot be called as a signal.");
        return attribute.Dynamic
            ? throw new DefinitionException($"{Names.Of(method)} handles all signals; give the signal's name instead of an expression.")
            : attribute.Name ?? Names.OfMethod(method);
    }
}
