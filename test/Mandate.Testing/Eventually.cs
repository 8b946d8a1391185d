using System.Diagnostics;

namespace Mandate.Testing;

/// <summary>Waits for something that happens on another thread.</summary>
public static class Eventually
{
    /// <summary>How long is waited before the test fails: far longer than it takes.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromMinutes(3);

    /// <summary>Ends when the condition holds.</summary>
    /// <exception cref="TimeoutException">It does not.</exception>
    public static Task BecomesAsync(Func<bool> condition, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string what = "") =>
        BecomesAsync(() => Task.FromResult(condition()), what);

    /// <inheritdoc cref="BecomesAsync(Func{bool}, string)"/>
    public static async Task BecomesAsync(Func<Task<bool>> condition, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            if (waited.Elapsed > Limit)
                throw new TimeoutException($"After {Limit.TotalSeconds} s this still does not hold: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    /// <summary>The task's result; an error instead of a test that never ends.</summary>
    /// <exception cref="TimeoutException">It does not end in time.</exception>
    public static Task<T> WithinLimit<T>(this Task<T> task) => task.WaitAsync(Limit);

    /// <inheritdoc cref="WithinLimit{T}(Task{T})"/>
    public static Task WithinLimit(this Task task) => task.WaitAsync(Limit);
}
