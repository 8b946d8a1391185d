using System.Diagnostics;

namespace Mandate.Load;

/// <summary>Keeps a number of workflows open, one behind the other in each of as many lanes.</summary>
internal static class LoadDriver
{
    /// <summary>Runs workflows until the time has passed.</summary>
    internal static Task WarmUpAsync(TimeSpan time, int concurrency, Func<int, Task> runOne)
    {
        var started = Stopwatch.GetTimestamp();
        var next = -1;
        return LanesAsync(concurrency, async () =>
        {
            while (Stopwatch.GetElapsedTime(started) < time)
                await runOne(Interlocked.Increment(ref next));
        });
    }

    /// <summary>Runs as many workflows as asked for, and times them.</summary>
    internal static async Task<Timings> RunAsync(int workflows, int concurrency, Func<int, Task> runOne)
    {
        var latencies = new double[workflows];
        var next = -1;
        var started = Stopwatch.GetTimestamp();
        await LanesAsync(concurrency, async () =>
        {
            int index;
            while ((index = Interlocked.Increment(ref next)) < workflows)
            {
                var begun = Stopwatch.GetTimestamp();
                await runOne(index);
                latencies[index] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            }
        });
        return new(Stopwatch.GetElapsedTime(started).TotalSeconds, latencies);
    }

    private static Task LanesAsync(int concurrency, Func<Task> lane) => Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(lane)));
}
