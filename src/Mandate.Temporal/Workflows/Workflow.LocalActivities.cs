using System.Linq.Expressions;
using Mandate.Temporal.Activities;
using Mandate.Temporal.Reflection;

namespace Mandate.Temporal.Workflows;

/// <content>Local activities.</content>
public static partial class Workflow
{
    /// <summary>Runs a local activity and waits for its result. The call in the expression is not made here: it names the activity and its arguments.</summary>
    /// <param name="activityCall">One call, such as <c>(MyActivities a) => a.DoAsync(x)</c> or <c>() => MyActivities.DoAsync(x)</c>.</param>
    /// <param name="options">Options; a start-to-close or schedule-to-close time-out is needed.</param>
    /// <exception cref="Protocol.Failures.ActivityFailureException">The activity did not complete; the inner exception says why.</exception>
    public static Task<TResult> ExecuteLocalActivityAsync<TActivityInstance, TResult>(Expression<Func<TActivityInstance, Task<TResult>>> activityCall, LocalActivityOptions options)
    {
        var (method, arguments) = CallExpression.Extract(activityCall);
        return ExecuteLocalActivityAsync<TResult>(ActivityDefinition.NameFromMethod(method), arguments, options);
    }

    /// <inheritdoc cref="ExecuteLocalActivityAsync{TActivityInstance, TResult}(Expression{Func{TActivityInstance, Task{TResult}}}, LocalActivityOptions)"/>
    public static Task ExecuteLocalActivityAsync<TActivityInstance>(Expression<Func<TActivityInstance, Task>> activityCall, LocalActivityOptions options)
    {
        var (method, arguments) = CallExpression.Extract(activityCall);
        return ExecuteLocalActivityAsync<ValueTuple>(ActivityDefinition.NameFromMethod(method), arguments, options);
    }

    /// <inheritdoc cref="ExecuteLocalActivityAsync{TActivityInstance, TResult}(Expression{Func{TActivityInstance, Task{TResult}}}, LocalActivityOptions)"/>
    public static Task<TResult> ExecuteLocalActivityAsync<TActivityInstance, TResult>(Expression<Func<TActivityInstance, TResult>> activityCall, LocalActivityOptions options)
    {
        var (method, arguments) = CallExpression.Extract(activityCall);
        return ExecuteLocalActivityAsync<TResult>(ActivityDefinition.NameFromMethod(method), arguments, options);
    }

    /// <inheritdoc cref="ExecuteLocalActivityAsync{TActivityInstance, TResult}(Expression{Func{TActivityInstance, Task{TResult}}}, LocalActivityOptions)"/>
    public static Task ExecuteLocalActivityAsync<TActivityInstance>(Expression<Action<TActivityInstance>> activityCall, LocalActivityOptions options)
    {
        var (method, arguments) = CallExpression.Extract(activityCall);
        return ExecuteLocalActivityAsync<ValueTuple>(ActivityDefinition.NameFromMethod(method), arguments, options);
    }

    /// <inheritdoc cref="ExecuteLocalActivityAsync{TActivityInstance, TResult}(Expression{Func{TActivityInstance, Task{TResult}}}, LocalActivityOptions)"/>
    public static Task<TResult> ExecuteLocalActivityAsync<TResult>(Expression<Func<Task<TResult>>> activityCall, LocalActivityOptions options)
    {
        var (method, arguments) = CallExpression.Extract(activityCall);
        return ExecuteLocalActivityAsync<TResult>(ActivityDefinition.NameFromMethod(method), arguments, options);
    }

    /// <inheritdoc cref="ExecuteLocalActivityAsync{TActivityInstance, TResult}(Expression{Func{TActivityInstance, Task{TResult}}}, LocalActivityOptions)"/>
    public static Task ExecuteLocalActivityAsync(Expression<Func<Task>> activityCall, LocalActivityOptions options)
    {
        var (method, arguments) = CallExpression.Extract(activityCall);
        return ExecuteLocalActivityAsync<ValueTuple>(ActivityDefinition.NameFromMethod(method), arguments, options);
    }

    /// <inheritdoc cref="ExecuteLocalActivityAsync{TActivityInstance, TResult}(Expression{Func{TActivityInstance, Task{TResult}}}, LocalActivityOptions)"/>
    public static Task<TResult> ExecuteLocalActivityAsync<TResult>(Expression<Func<TResult>> activityCall, LocalActivityOptions options)
    {
        var (method, arguments) = CallExpression.Extract(activityCall);
        return ExecuteLocalActivityAsync<TResult>(ActivityDefinition.NameFromMethod(method), arguments, options);
    }

    /// <inheritdoc cref="ExecuteLocalActivityAsync{TActivityInstance, TResult}(Expression{Func{TActivityInstance, Task{TResult}}}, LocalActivityOptions)"/>
    public static Task ExecuteLocalActivityAsync(Expression<Action> activityCall, LocalActivityOptions options)
    {
        var (method, arguments) = CallExpression.Extract(activityCall);
        return ExecuteLocalActivityAsync<ValueTuple>(ActivityDefinition.NameFromMethod(method), arguments, options);
    }

    /// <summary>Runs a local activity by name and waits for it.</summary>
    /// <exception cref="Protocol.Failures.ActivityFailureException">The activity did not complete; the inner exception says why.</exception>
    public static Task ExecuteLocalActivityAsync(string activity, IReadOnlyCollection<object?> args, LocalActivityOptions options) => ExecuteLocalActivityAsync<ValueTuple>(activity, args, options);

    /// <summary>Runs a local activity by name and waits for its result.</summary>
    /// <exception cref="Protocol.Failures.ActivityFailureException">The activity did not complete; the inner exception says why.</exception>
    public static Task<TResult> ExecuteLocalActivityAsync<TResult>(string activity, IReadOnlyCollection<object?> args, LocalActivityOptions options) =>
        Context.Outbound.ScheduleLocalActivityAsync<TResult>(new(activity, args, options, Headers: null));
}
