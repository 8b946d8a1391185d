namespace Mandate.Temporal.Workflows;

/// <content>Waiting.</content>
public static partial class Workflow
{
    /// <summary>Waits durably for a time, however long.</summary>
    /// <param name="delay">How long: rounded up to 1 ms, or <see cref="Timeout.InfiniteTimeSpan"/> to wait for cancellation only.</param>
    /// <param name="cancellationToken">Ends the wait; the workflow's own token when null.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task DelayAsync(TimeSpan delay, CancellationToken? cancellationToken = null) =>
        Context.Outbound.DelayAsync(new(delay, cancellationToken, Summary: null));

    /// <inheritdoc cref="DelayAsync(TimeSpan, CancellationToken?)"/>
    /// <param name="millisecondsDelay">How long, in milliseconds; -1 to wait for cancellation only.</param>
    /// <param name="cancellationToken">Ends the wait; the workflow's own token when null.</param>
    public static Task DelayAsync(int millisecondsDelay, CancellationToken? cancellationToken = null) =>
        DelayAsync(TimeSpan.FromMilliseconds(millisecondsDelay), cancellationToken);

    /// <summary>Waits durably for a time, with all options.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task DelayWithOptionsAsync(DelayOptions options) =>
        Context.Outbound.DelayAsync(new(options.Delay, options.CancellationToken, options.Summary));

    /// <summary>Waits until a condition on the workflow's own state is true.</summary>
    /// <param name="conditionCheck">Called after every step of the workflow, so it is quick and changes nothing.</param>
    /// <param name="cancellationToken">Ends the wait; the workflow's own token when null.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task WaitConditionAsync(Func<bool> conditionCheck, CancellationToken? cancellationToken = null) =>
        Context.WaitConditionAsync(new(conditionCheck, CancellationToken: cancellationToken));

    /// <summary>Waits until a condition on the workflow's own state is true, or a time has passed.</summary>
    /// <param name="conditionCheck">Called after every step of the workflow, so it is quick and changes nothing.</param>
    /// <param name="timeout">Longest wait, by a durable timer.</param>
    /// <param name="cancellationToken">Ends the wait; the workflow's own token when null.</param>
    /// <returns>False when the time passed first.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<bool> WaitConditionAsync(Func<bool> conditionCheck, TimeSpan timeout, CancellationToken? cancellationToken = null) =>
        Context.WaitConditionAsync(new(conditionCheck, timeout, CancellationToken: cancellationToken));

    /// <inheritdoc cref="WaitConditionAsync(Func{bool}, TimeSpan, CancellationToken?)"/>
    /// <param name="conditionCheck">Called after every step of the workflow, so it is quick and changes nothing.</param>
    /// <param name="timeoutMilliseconds">Longest wait in milliseconds, by a durable timer.</param>
    /// <param name="cancellationToken">Ends the wait; the workflow's own token when null.</param>
    public static Task<bool> WaitConditionAsync(Func<bool> conditionCheck, int timeoutMilliseconds, CancellationToken? cancellationToken = null) =>
        WaitConditionAsync(conditionCheck, TimeSpan.FromMilliseconds(timeoutMilliseconds), cancellationToken);

    /// <summary>Waits until a condition on the workflow's own state is true, with all options.</summary>
    /// <returns>False when the time passed first.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<bool> WaitConditionWithOptionsAsync(WaitConditionOptions options) => Context.WaitConditionAsync(options);

    /// <summary>Runs a function beside the caller, in the workflow: the replacement of <c>Task.Run</c>.</summary>
    public static Task RunTaskAsync(Func<Task> function, CancellationToken? cancellationToken = null) => Context.RunTaskAsync(function, cancellationToken ?? default);

    /// <inheritdoc cref="RunTaskAsync(Func{Task}, CancellationToken?)"/>
    public static Task<TResult> RunTaskAsync<TResult>(Func<Task<TResult>> function, CancellationToken? cancellationToken = null) =>
        Context.RunTaskAsync(function, cancellationToken ?? default);

    /// <summary>Ends with the first task that ends.</summary>
    public static Task<Task> WhenAnyAsync(params IEnumerable<Task> tasks) => Task.WhenAny(tasks);

    /// <inheritdoc cref="WhenAnyAsync(IEnumerable{Task})"/>
    public static async Task<Task<TResult>> WhenAnyAsync<TResult>(params IEnumerable<Task<TResult>> tasks)
    {
        // The generic Task.WhenAny would finish on the default scheduler.
        var first = await Task.WhenAny(tasks.Cast<Task>()).ConfigureAwait(true);
        return (Task<TResult>)first;
    }

    /// <summary>Ends when all tasks have.</summary>
    public static Task WhenAllAsync(params IEnumerable<Task> tasks) => Task.WhenAll(tasks);

    /// <summary>Ends when all tasks have, with their results in order.</summary>
    public static Task<TResult[]> WhenAllAsync<TResult>(params IEnumerable<Task<TResult>> tasks) => Task.WhenAll(tasks);
}
