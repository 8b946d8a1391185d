using System.Reflection;

namespace Mandate.Temporal.Reflection;

/// <summary>What every handler method has to be.</summary>
internal static class HandlerMethod
{
    internal static void Check(MethodInfo method, string attribute, bool dynamic, string? name)
    {
        if (!method.IsPublic)
            throw new DefinitionException($"[{attribute}] on {Names.Of(method)}: the method must be public.");
        if (method.IsStatic)
            throw new DefinitionException($"[{attribute}] on {Names.Of(method)}: the method must not be static.");
        if (method.ContainsGenericParameters)
            throw new DefinitionException($"[{attribute}] on {Names.Of(method)}: the method must not be generic.");
        if (method.GetParameters().Any(p => p.ParameterType.IsByRef))
            throw new DefinitionException($"[{attribute}] on {Names.Of(method)}: ref, in and out parameters cannot be sent.");
        if (dynamic && name is not null)
            throw new DefinitionException($"[{attribute}] on {Names.Of(method)}: a dynamic handler has no name.");
        if (name?.StartsWith("__temporal_", StringComparison.Ordinal) == true)
            throw new DefinitionException($"[{attribute}] on {Names.Of(method)}: names that begin with __temporal_ are reserved.");
    }
}
