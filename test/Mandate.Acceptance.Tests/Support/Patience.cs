namespace Mandate.Acceptance.Tests.Support;

/// <summary>Waits for a condition of another process, with a time-out that only a hang reaches.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    public static async Task<T> UntilAsync<T>(Func<Task<T?>> look, string what)
        where T : class
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var left = Limit - TimeProvider.System.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
                throw new TimeoutException($"Waited {Limit} for {what}");
            // A look may itself be without an answer for ever: a query to a workflow whose first task fails, for example.
            var looking = look();
            if (await Task.WhenAny(looking, Task.Delay(left, TimeProvider.System)) != looking)
                throw new TimeoutException($"Waited {Limit} for {what}; the last look had no answer");
            if (await looking is { } found)
                return found;
            await Task.Delay(Step, TimeProvider.System);
        }
    }

    public static Task UntilAsync(Func<Task<bool>> look, string what) => UntilAsync(async () => await look() ? "" : null, what);
}
