using Mandate.Engine;

namespace Mandate.Load.Gateway;

/// <summary>
/// What the pipeline costs in process: the same work on two engines of one process, one of them behind the pipeline. The two take turns, and medians are compared, so that a machine that
/// changes its mind does so for both.
/// </summary>
internal static class OverheadLoad
{
    internal static async Task<OverheadMeasurement> RunAsync(int count, int concurrency, int rounds, DirectoryInfo dataRoot, CancellationToken cancellation)
    {
        using var data = new DataDirectory(dataRoot);
        await using var bareEngine = await EmbeddedEngine.StartAsync(new EngineOptions { DataDirectory = Path.Combine(data.Path, "bare") }, cancellation);
        await using var guardedEngine = await EmbeddedEngine.StartAsync(new EngineOptions { DataDirectory = Path.Combine(data.Path, "guarded") }, cancellation);
        await using var pipeline = await BenchPipeline.StartAsync(guardedEngine.Handler, data.Path, cancellation);
        var bare = new Work(bareEngine.Handler, "bare");
        var guarded = new Work(pipeline.Handler, "guarded");
        var (starts, cycles) = (new Rounds(), new Rounds());
        // The first rounds warm up and do not count.
        for (var round = -2; round < rounds; round++)
        {
            var (bareStart, guardedStart) = (await bare.StartAsync(count, concurrency, cancellation), await guarded.StartAsync(count, concurrency, cancellation));
            var (bareCycle, guardedCycle) = (await bare.CompleteAsync(count, concurrency, cancellation), await guarded.CompleteAsync(count, concurrency, cancellation));
            if (round < 0)
                continue;
            starts.Add(bareStart, guardedStart);
            cycles.Add(bareCycle, guardedCycle);
        }

        return new(starts.Compare(), cycles.Compare(), count, concurrency, rounds, MachineFacts.Read(dataRoot));
    }
}
