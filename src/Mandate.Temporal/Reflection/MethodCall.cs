using System.Linq.Expressions;
using System.Reflection;

namespace Mandate.Temporal.Reflection;

/// <summary>A method compiled to a delegate once, at registration: its parameters, its result type without the task, and how it is called.</summary>
internal sealed class MethodCall
{
    private readonly Func<object?, object?[], object?> _invoke;
    private readonly Func<Task, object?>? _resultOf;

    private MethodCall(MethodBase method, Type returnType, Func<object?, object?[], object?> invoke)
    {
        _invoke = invoke;
        var parameters = method.GetParameters();
        ParameterTypes = [.. parameters.Select(p => p.ParameterType)];
        RequiredParameterCount = parameters.Count(p => !p.IsOptional);
        Defaults = [.. parameters.Select(p => p.IsOptional ? p.DefaultValue : null)];
        ReturnsTask = typeof(Task).IsAssignableFrom(returnType);
        ResultType = ReturnsTask ? TaskResultType(returnType) : returnType;
        if (ReturnsTask && ResultType != typeof(void))
            _resultOf = CompileResultOf(ResultType);
    }

    internal IReadOnlyList<Type> ParameterTypes { get; }

    /// <summary>Parameters without a default.</summary>
    internal int RequiredParameterCount { get; }

    /// <summary>Defaults of the optional parameters, by position.</summary>
    internal IReadOnlyList<object?> Defaults { get; }

    internal bool ReturnsTask { get; }

    /// <summary>Type of the result, that of <c>void</c> for none.</summary>
    internal Type ResultType { get; }

    internal static MethodCall Of(MethodInfo method)
    {
        var instance = Expression.Parameter(typeof(object));
        var arguments = Expression.Parameter(typeof(object?[]));
        Expression call = Expression.Call(
            method.IsStatic ? null : Expression.Convert(instance, method.DeclaringType!),
            method,
            ArgumentsOf(method, arguments));
        call = method.ReturnType == typeof(void)
            ? Expression.Block(call, Expression.Constant(null))
            : Expression.Convert(call, typeof(object));
        return new(method, method.ReturnType, Expression.Lambda<Func<object?, object?[], object?>>(call, instance, arguments).Compile());
    }

    internal static MethodCall Of(ConstructorInfo constructor)
    {
        var instance = Expression.Parameter(typeof(object));
        var arguments = Expression.Parameter(typeof(object?[]));
        var create = Expression.Convert(Expression.New(constructor, ArgumentsOf(constructor, arguments)), typeof(object));
        return new(constructor, constructor.DeclaringType!, Expression.Lambda<Func<object?, object?[], object?>>(create, instance, arguments).Compile());
    }

    internal static MethodCall Of(Delegate del)
    {
        var method = del.Method;
        var invoke = del.GetType().GetMethod("Invoke")!;
        var instance = Expression.Parameter(typeof(object));
        var arguments = Expression.Parameter(typeof(object?[]));
        Expression call = Expression.Invoke(Expression.Constant(del), ArgumentsOf(invoke, arguments));
        call = invoke.ReturnType == typeof(void)
            ? Expression.Block(call, Expression.Constant(null))
            : Expression.Convert(call, typeof(object));
        return new(method.GetParameters().Length == invoke.GetParameters().Length ? method : invoke, invoke.ReturnType, Expression.Lambda<Func<object?, object?[], object?>>(call, instance, arguments).Compile());
    }

    /// <summary>Calls the method and returns what it returns; exceptions are the method's own.</summary>
    internal object? Invoke(object? instance, object?[] arguments) => _invoke(instance, arguments);

    /// <summary>Result of a task this method returned and that has completed; null when it has none.</summary>
    internal object? ResultOf(Task completed) => _resultOf?.Invoke(completed);

    private static IEnumerable<Expression> ArgumentsOf(MethodBase method, ParameterExpression arguments) => method
        .GetParameters()
        .Select((p, i) => Expression.Convert(Expression.ArrayIndex(arguments, Expression.Constant(i)), p.ParameterType));

    private static Type TaskResultType(Type taskType)
    {
        for (var type = taskType; type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>))
                return type.GetGenericArguments()[0];
        }

        return typeof(void);
    }

    private static Func<Task, object?> CompileResultOf(Type resultType)
    {
        var task = Expression.Parameter(typeof(Task));
        var result = Expression.Property(Expression.Convert(task, typeof(Task<>).MakeGenericType(resultType)), nameof(Task<>.Result));
        return Expression.Lambda<Func<Task, object?>>(Expression.Convert(result, typeof(object)), task).Compile();
    }
}
