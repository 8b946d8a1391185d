using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Mandate.Stateful.Tests.Harness;

/// <summary>Waits for what takes long on a small or busy machine.</summary>
internal static class Patience
{
    public static TimeSpan Limit { get; } = TimeSpan.FromMinutes(5);

    public static async Task BecomesAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            if (waited.Elapsed > Limit)
                throw new TimeoutException($"After {Limit.TotalMinutes} min this still does not hold: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }
}
