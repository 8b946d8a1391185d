using System.Diagnostics;

namespace Mandate.Load;

/// <summary>Keeps a number of workflows open until enough have ended.</summary>
internal static class LoadDriver
{
    internal static async Task<Timings> RunAsync(int workflows, int concurrency, Func<int, Task> runOne)
    {
        var latencies = new double[workflows];
        var next = -1;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(async () =>
        {
            int index;
            while ((index = Interlocked.Increment(ref next)) < workflows)
            {
                var begun = Stopwatch.GetTimestamp();
                await runOne(index);
                latencies[index] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            }
        })));
        return new(Stopwatch.GetElapsedTime(started).TotalSeconds, latencies);
    }
}
