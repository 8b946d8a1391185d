using System.Linq.Expressions;
using System.Reflection;

namespace Mandate.Temporal.Reflection;

/// <summary>Takes a lambda such as <c>wf => wf.RunAsync(input)</c> apart into the method and the values of its arguments. The method is not called.</summary>
internal static class CallExpression
{
    /// <exception cref="ArgumentException">The lambda is not a single method call.</exception>
    internal static (MethodInfo Method, object?[] Arguments) Extract(LambdaExpression lambda)
    {
        if (StripConversion(lambda.Body) is not MethodCallExpression call)
            throw new ArgumentException("The expression must be a single call of a method, such as (MyWorkflow wf) => wf.RunAsync(input).", nameof(lambda));
        if (lambda.Parameters.Count == 1 && (call.Object is null || StripConversion(call.Object) != lambda.Parameters[0]))
            throw new ArgumentException($"The expression must call a method of its parameter '{lambda.Parameters[0].Name}' directly.", nameof(lambda));
        if (lambda.Parameters.Count == 0 && call.Object is not null && call.Object.Type.IsValueType)
            throw new ArgumentException("The expression must call a static method or a method of a class instance.", nameof(lambda));
        var arguments = new object?[call.Arguments.Count];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] = Evaluate(call.Arguments[i], lambda.Parameters);
        return (call.Method, arguments);
    }

    /// <summary>Takes a lambda such as <c>wf => wf.Status</c> or <c>wf => wf.GetStatus()</c> apart into the query's member and the values of its arguments.</summary>
    /// <exception cref="ArgumentException">The lambda is neither a method call nor a property.</exception>
    internal static (MemberInfo Member, object?[] Arguments) ExtractMember(LambdaExpression lambda)
    {
        if (StripConversion(lambda.Body) is MemberExpression { Member: PropertyInfo property } member && member.Expression is not null && StripConversion(member.Expression) == lambda.Parameters[0])
            return (property, []);
        return Extract(lambda);
    }

    private static Expression StripConversion(Expression e)
    {
        while (e is UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked } conversion)
            e = conversion.Operand;
        return e;
    }

    /// <summary>Evaluates constants, captured variables, members and conversions to object directly; anything else is interpreted.</summary>
    private static object? Evaluate(Expression e, IReadOnlyList<ParameterExpression> parameters) => TryEvaluate(e, out var value) ? value : Interpret(e, parameters);

    private static bool TryEvaluate(Expression e, out object? value)
    {
        value = null;
        switch (e)
        {
            case ConstantExpression constant:
                value = constant.Value;
                return true;
            case MemberExpression { Member: FieldInfo field, Expression: null }:
                value = field.GetValue(null);
                return true;
            case MemberExpression { Member: FieldInfo field, Expression: { } owner } when TryEvaluate(owner, out var target) && target is not null:
                value = field.GetValue(target);
                return true;
            case MemberExpression { Member: PropertyInfo property, Expression: { } owner } when TryEvaluate(owner, out var target) && target is not null:
                value = property.GetValue(target);
                return true;
            case UnaryExpression { NodeType: ExpressionType.Convert, Method: null } conversion when conversion.Type.IsAssignableFrom(conversion.Operand.Type):
                return TryEvaluate(conversion.Operand, out value);
            default:
                return false;
        }
    }

    private static object? Interpret(Expression e, IReadOnlyList<ParameterExpression> parameters)
    {
        try
        {
            return Expression.Lambda<Func<object?>>(Expression.Convert(e, typeof(object))).Compile(preferInterpretation: true)();
        }
        catch (InvalidOperationException error) when (parameters.Count > 0)
        {
            throw new ArgumentException($"An argument of the call must not use the parameter '{parameters[0].Name}', since there is no instance here: {error.Message}", nameof(e), error);
        }
    }
}
