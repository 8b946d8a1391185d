using System.Diagnostics;
using System.Globalization;
using Mandate.Audit;

namespace Mandate.AuditLoad;

/// <summary>Many writers, each of which waits until its event is durable before it appends the next.</summary>
internal static class AppendLoad
{
    public static async Task<int> RunAsync(int events, int writers, bool postgres, bool checkpoints)
    {
        await using var ledgers = await Ledgers.OpenAsync(postgres, checkpoints);
        await MeasureAsync(ledgers.Ledger, 0, Math.Min(events, 20_000), writers);
        var (rate, p50, p99) = await MeasureAsync(ledgers.Ledger, 20_000, events, writers);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"append {(postgres ? "postgres" : "sqlite")}{(checkpoints ? " with checkpoints" : "")}: {writers} writers, {events:N0} events: {rate:N0} events/s, p50 {p50:N2} ms, p99 {p99:N2} ms"));
        return 0;
    }

    public static async Task<(double Rate, double P50, double P99)> MeasureAsync(AuditLedger ledger, int from, int count, int writers)
    {
        var entries = Enumerable.Range(0, 4_096).Select(i => Ledgers.Entry(from + i)).ToArray();
        var next = -1;
        var latencies = new List<double>[writers];
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            var mine = latencies[writer] = new List<double>(count / writers + 1);
            for (int i; (i = Interlocked.Increment(ref next)) < count;)
            {
                var start = Stopwatch.GetTimestamp();
                await ledger.AppendAsync(entries[i % entries.Length]);
                mine.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        })));
        var seconds = watch.Elapsed.TotalSeconds;
        var all = latencies.SelectMany(l => l).Order().ToArray();
        return (count / seconds, all[all.Length / 2], all[(int)(all.Length * 0.99)]);
    }
}
