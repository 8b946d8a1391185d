using Mandate.Engine;

namespace Mandate.Load.EngineAlone;

/// <summary>The engine without a worker, beside SQLite's own commits. The two take turns, so that a device that changes its mind does so for both.</summary>
internal static class EngineLoad
{
    private const int Rounds = 10;

    /// <summary>About what the engine writes for a start or an end.</summary>
    private const int RowBytes = 400;

    internal static async Task<EngineMeasurement> RunAsync(int concurrency, TimeSpan time, DirectoryInfo dataRoot, CancellationToken cancellation)
    {
        using var data = new DataDirectory(dataRoot);
        await using var engine = await EmbeddedEngine.StartAsync(new EngineOptions { DataDirectory = Path.Combine(data.Path, "engine") }, cancellation);
        await new EngineCycles(engine, "warm-up", concurrency).RunAsync(time);

        using var limit = new CommitLimit(Path.Combine(data.Path, "limit.db"), RowBytes);
        var one = new EngineCycles(engine, "one", 1);
        var many = new EngineCycles(engine, "many", concurrency);
        var turn = time / Rounds;
        for (var round = 0; round < Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            limit.Run(turn);
            await one.RunAsync(turn);
            await many.RunAsync(turn);
        }

        var commits = limit.CommitsPerSecond;
        return new(Math.Round(commits, 1), one.Rate(commits), many.Rate(commits), MachineFacts.Read(dataRoot));
    }
}
