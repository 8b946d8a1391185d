using System.Reflection;

namespace Mandate.Temporal.Reflection;

/// <summary>Default names of workflows, activities and handlers.</summary>
internal static class Names
{
    /// <summary>The method's name; without <c>Async</c> when it returns a task.</summary>
    internal static string OfMethod(MethodInfo method) =>
        method.Name.Length > 5 && method.Name.EndsWith("Async", StringComparison.Ordinal) && typeof(Task).IsAssignableFrom(method.ReturnType)
            ? method.Name[..^5]
            : method.Name;

    /// <summary>The type's name without generic arity; of an interface without the leading <c>I</c>.</summary>
    internal static string OfType(Type type)
    {
        var name = type.Name;
        if (type.IsGenericType && name.IndexOf('`', StringComparison.Ordinal) is var tick and > 0)
            name = name[..tick];
        return type.IsInterface && name.Length > 1 && name[0] == 'I' && char.IsUpper(name[1]) ? name[1..] : name;
    }

    /// <summary>A method for error messages: <c>Type.Method</c>.</summary>
    internal static string Of(MemberInfo member) => $"{member.DeclaringType?.Name}.{member.Name}";
}
