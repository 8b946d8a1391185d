using System.Reflection;
using Mandate.Temporal.Reflection;

namespace Mandate.Temporal.Workflows;

/// <summary>A query handler.</summary>
public sealed class WorkflowQueryDefinition
{
    private WorkflowQueryDefinition(string? name, string? description, MethodCall call)
    {
        Name = name;
        Description = description;
        Call = call;
        if (call.ReturnsTask)
            throw new DefinitionException($"The query handler {name ?? "(dynamic)"} must not return a task: a query answers from the workflow's state and waits for nothing.");
        if (call.ResultType == typeof(void))
            throw new DefinitionException($"The query handler {name ?? "(dynamic)"} must return a value.");
        if (name is null)
            DynamicHandler.Check(call, "query");
    }

    /// <summary>Name of the query, null for the handler of all that have none.</summary>
    public string? Name { get; }

    /// <summary>What it is for, shown by tools.</summary>
    public string? Description { get; }

    /// <summary>Whether it handles all queries that have no handler.</summary>
    public bool Dynamic => Name is null;

    internal MethodCall Call { get; }

    /// <summary>A definition from a method with <see cref="WorkflowQueryAttribute"/>.</summary>
    /// <exception cref="ArgumentException">The method cannot be a query handler.</exception>
    public static WorkflowQueryDefinition FromMethod(MethodInfo method)
    {
        var attribute = method.GetCustomAttribute<WorkflowQueryAttribute>(inherit: false) ?? throw new DefinitionException($"{Names.Of(method)} has no [WorkflowQuery].");
        HandlerMethod.Check(method, "WorkflowQuery", attribute.Dynamic, attribute.Name);
        return new(attribute.Dynamic ? null : attribute.Name ?? method.Name, attribute.Description, MethodCall.Of(method));
    }

    /// <summary>A definition from a property with <see cref="WorkflowQueryAttribute"/>.</summary>
    /// <exception cref="ArgumentException">The property cannot be a query.</exception>
    public static WorkflowQueryDefinition FromProperty(PropertyInfo property)
    {
        var attribute = property.GetCustomAttribute<WorkflowQueryAttribute>(inherit: false) ?? throw new DefinitionException($"{Names.Of(property)} has no [WorkflowQuery].");
        var getter = property.GetGetMethod();
        if (getter is null || getter.IsStatic)
            throw new DefinitionException($"[WorkflowQuery] on {Names.Of(property)} needs a public getter that is not static.");
        if (attribute.Dynamic)
            throw new DefinitionException($"[WorkflowQuery] on the property {Names.Of(property)} cannot be dynamic.");
        return new(attribute.Name ?? property.Name, attribute.Description, MethodCall.Of(getter));
    }

    /// <summary>A definition from a delegate, for <c>Workflow.Queries</c>.</summary>
    /// <param name="name">Name of the query; null handles all queries that have no handler.</param>
    /// <param name="handler">Delegate returning a value and no task.</param>
    /// <param name="description">What it is for, shown by tools.</param>
    /// <exception cref="ArgumentException">The delegate cannot be a query handler.</exception>
    public static WorkflowQueryDefinition CreateWithoutAttribute(string? name, Delegate handler, string? description = null) =>
        new(name, description, MethodCall.Of(handler));

    /// <summary>Name of the query a call such as <c>wf => wf.Status</c> means.</summary>
    internal static string NameFromMember(MemberInfo member)
    {
        var attribute = member.GetCustomAttribute<WorkflowQueryAttribute>(inherit: false)
            ?? throw new DefinitionException($"{Names.Of(member)} has no [WorkflowQuery], so it cannot be called as a query.");
        return attribute.Dynamic
            ? throw new DefinitionException($"{Names.Of(member)} handles all queries; give the query's name instead of an expression.")
            : attribute.Name ?? member.Name;
    }
}
