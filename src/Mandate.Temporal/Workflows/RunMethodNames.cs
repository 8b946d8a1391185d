using System.Collections.Concurrent;
using System.Reflection;
using Mandate.Temporal.Reflection;

namespace Mandate.Temporal.Workflows;

/// <summary>Workflow types by run method, so that starting by expression needs no reflection the second time.</summary>
internal static class RunMethodNames
{
    private static readonly ConcurrentDictionary<MethodInfo, string> Cache = new();

    internal static string Of(MethodInfo method) => Cache.GetOrAdd(method, static m =>
    {
        if (m.GetCustomAttribute<WorkflowRunAttribute>(inherit: false) is null)
            throw new DefinitionException($"{Names.Of(m)} has no [WorkflowRun], so it cannot be started as a workflow.");
        var type = m.ReflectedType ?? m.DeclaringType!;
        var attribute = type.GetCustomAttribute<WorkflowAttribute>(inherit: false)
            ?? throw new DefinitionException($"{type.Name} has no [Workflow].");
        return attribute.Dynamic
            ? throw new DefinitionException($"{type.Name} takes all workflow types; give the type's name instead of an expression.")
            : attribute.Name ?? Names.OfType(type);
    });
}
