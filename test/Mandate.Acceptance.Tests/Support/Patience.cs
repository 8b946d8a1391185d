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
            if (await look() is { } found)
                return found;
            if (TimeProvider.System.GetElapsedTime(began) > Limit)
                throw new TimeoutException($"Waited {Limit} for {what}");
            await Task.Delay(Step, TimeProvider.System);
        }
    }

    public static Task UntilAsync(Func<Task<bool>> look, string what) => UntilAsync(async () => await look() ? "" : null, what);
}
