using System.Linq.Expressions;
using Mandate.Temporal.Activities;
using Mandate.Temporal.Reflection;

namespace Mandate.Temporal.Workflows;

/// <content>Activities.</content>
public static partial class Workflow
{
    /// <summary>Runs an activity and waits for its result. The call in the expression is not made here: it names the activity and its arguments.</summary>
    /// <param name="activityCall">One call, such as <c>(MyActivities a) => a.DoAsync(x)</c> or <c>() => MyActivities.DoAsync(x)</c>.</param>
    /// <param name="options">Options; a start-to-close or schedule-to-close time-out is needed.</param>
    /// <exception cref="Protocol.Failures.ActivityFailureException">The activity did not complete; the inner exception says why.</exception>
    public static Task<TResult> ExecuteActivityAsync<TActivityInstance, TResult>(Expression<Func<TActivityInstance, Task<TResult>>> activityCall, ActivityOptions options)
    {
        var (method, arguments) = CallExpression.Extract(activityCall);
        return ExecuteActivityAsync<TResult>(ActivityDefinition.NameFromMethod(method), arguments, options);
    }

    /// <inheritdoc cref="ExecuteActivityAsync{TActivityInstance, TResult}(Expression{Func{TActivityInstance, Task{TResult}}}, ActivityOptions)"/>
    public static Task ExecuteActivityAsync<TActivityInstance>(Expression<Func<TActivityInstance, Task>> activityCall, ActivityOptions options)
    {
        var (method, arguments) = CallExpression.Extract(activityCall);
        return ExecuteActivityAsync<ValueTuple>(ActivityDefinition.NameFromMethod(method), arguments, options);
    }

    /// <inheritdoc cref="ExecuteActivityAsync{TActivityInstance, TResult}(Expression{Func{TActivityInstance, Task{TResult}}}, ActivityOptions)"/>
    public static Task<TResult> ExecuteActivityAsync<TActivityInstance, TResult>(Expression<Func<TActivityInstance, TResult>> activityCall, ActivityOptions options)
    {
        var (method, arguments) = CallExpression.Extract(activityCall);
        return ExecuteActivityAsync<TResult>(ActivityDefinition.NameFromMethod(method), arguments, options);
    }

    /// <inheritdoc cref="ExecuteActivityAsync{TActivityInstance, TResult}(Expression{Func{TActivityInstance, Task{TResult}}}, ActivityOptions)"/>
    public static Task ExecuteActivityAsync<TActivityInstance>(Expression<Action<TActivityInstance>> activityCall, ActivityOptions options)
    {
        var (method, arguments) = CallExpression.Extract(activityCall);
        return ExecuteActivityAsync<ValueTuple>(ActivityDefinition.NameFromMethod(method), arguments, options);
    }

    /// <inheritdoc cref="ExecuteActivityAsync{TActivityInstance, TResult}(Expression{Func{TActivityInstance, Task{TResult}}}, ActivityOptions)"/>
    public static Task<TResult> ExecuteActivityAsync<TResult>(Expression<Func<Task<TResult>>> activityCall, ActivityOptions options)
    {
        var (method, arguments) = CallExpression.Extract(activityCall);
        return ExecuteActivityAsync<TResult>(ActivityDefinition.NameFromMethod(method), arguments, options);
    }

    /// <inheritdoc cref="ExecuteActivityAsync{TActivityInstance, TResult}(Expression{Func{TActivityInstance, Task{TResult}}}, ActivityOptions)"/>
    public static Task ExecuteActivityAsync(Expression<Func<Task>> activityCall, ActivityOptions options)
    {
        var (method, arguments) = CallExpression.Extract(activityCall);
        return ExecuteActivityAsync<ValueTuple>(ActivityDefinition.NameFromMethod(method), arguments, options);
    }

    /// <inheritdoc cref="ExecuteActivityAsync{TActivityInstance, TResult}(Expression{Func{TActivityInstance, Task{TResult}}}, ActivityOptions)"/>
    public static Task<TResult> ExecuteActivityAsync<TResult>(Expression<Func<TResult>> activityCall, ActivityOptions options)
    {
        var (method, arguments) = CallExpression.Extract(activityCall);
        return ExecuteActivityAsync<TResult>(ActivityDefinition.NameFromMethod(method), arguments, options);
    }

    /// <inheritdoc cref="ExecuteActivityAsync{TActivityInstance, TResult}(Expression{Func{TActivityInstance, Task{TResult}}}, ActivityOptions)"/>
    public static Task ExecuteActivityAsync(Expression<Action> activityCall, ActivityOptions options)
    {
        var (method, arguments) = CallExpression.Extract(activityCall);
        return ExecuteActivityAsync<ValueTuple>(ActivityDefinition.NameFromMethod(method), arguments, options);
    }

    /// <summary>Runs an activity by name and waits for it.</summary>
    /// <exception cref="Protocol.Failures.ActivityFailureException">The activity did not complete; the inner exception says why.</exception>
    public static Task ExecuteActivityAsync(string activity, IReadOnlyCollection<object?> args, ActivityOptions options) => ExecuteActivityAsync<ValueTuple>(activity, args, options);

    /// <summary>Runs an activity by name and waits for its result.</summary>
    /// <exception cref="Protocol.Failures.ActivityFailureException">The activity did not complete; the inner exception says why.</exception>
    public static Task<TResult> ExecuteActivityAsync<TResult>(string activity, IReadOnlyCollection<object?> args, ActivityOptions options) =>
        Context.Outbound.ScheduleActivityAsync<TResult>(new(activity, args, options, Headers: null));
}
