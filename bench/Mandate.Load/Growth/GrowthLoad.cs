using System.Diagnostics;
using Mandate.Engine;
using Mandate.Temporal.Client;
using Mandate.Temporal.Worker;

namespace Mandate.Load.Growth;

/// <summary>What a workflow costs while the store fills: windows of the same load, with ever more runs in the store before them.</summary>
internal static class GrowthLoad
{
    private const string TaskQueue = "growth";

    /// <summary>Runs in the store at each point of the curve, up to <paramref name="runs"/>.</summary>
    internal static IEnumerable<int> Points(int runs) => ((int[])[1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000]).Where(p => p < runs).Append(runs);

    internal static async Task<GrowthMeasurement> RunAsync(int runs, int window, int concurrency, TimeSpan warmUp, DirectoryInfo dataRoot, CancellationToken cancellation)
    {
        using var data = new DataDirectory(dataRoot);
        await using var engine = await EmbeddedEngine.StartAsync(new EngineOptions { DataDirectory = data.Path }, cancellation);
        await using var client = new TemporalClient(engine.Handler);
        using var worker = new TemporalWorker(client, new TemporalWorkerOptions(TaskQueue).AddWorkflow<GreetingWorkflow>().AddAllActivities(new GreetingActivities()));
        var curve = new List<GrowthPoint>();
        await worker.ExecuteAsync(
            async () =>
            {
                // The program is warmed up on a store of its own, so that the first point is of a small store and of compiled code.
                await CompileAsync(concurrency, warmUp, dataRoot, cancellation);
                var stored = 0;
                foreach (var point in Points(runs))
                {
                    var fill = Math.Max(0, point - window - stored);
                    var next = stored;
                    if (fill > 0)
                        await LoadDriver.RunAsync(fill, concurrency, i => RunOneAsync(client, next + i));
                    stored += fill;
                    var cpu = Environment.CpuUsage.TotalTime;
                    next = stored;
                    var timings = await LoadDriver.RunAsync(point - stored, concurrency, i => RunOneAsync(client, next + i));
                    var used = Environment.CpuUsage.TotalTime - cpu;
                    var count = point - stored;
                    stored = point;
                    curve.Add(new(point, Math.Round(timings.PerSecond, 1), Math.Round(used.TotalMicroseconds / count, 1), Math.Round(timings.Percentile(50), 2), Bytes(data) / 1024 / 1024));
                    await Console.Error.WriteLineAsync($"{curve[^1]}");
                }
            },
            cancellation);
        return new(curve, concurrency, window, Math.Round(curve[^1].CpuMicrosecondsEach / curve[0].CpuMicrosecondsEach, 2), Math.Round(curve[^1].WorkflowsPerSecond / curve[0].WorkflowsPerSecond, 2), MachineFacts.Read(dataRoot));
    }

    private static async Task CompileAsync(int concurrency, TimeSpan time, DirectoryInfo dataRoot, CancellationToken cancellation)
    {
        using var data = new DataDirectory(dataRoot);
        await using var engine = await EmbeddedEngine.StartAsync(new EngineOptions { DataDirectory = data.Path }, cancellation);
        await using var client = new TemporalClient(engine.Handler);
        using var worker = new TemporalWorker(client, new TemporalWorkerOptions(TaskQueue).AddWorkflow<GreetingWorkflow>().AddAllActivities(new GreetingActivities()));
        await worker.ExecuteAsync(() => LoadDriver.WarmUpAsync(time, concurrency, i => RunOneAsync(client, i)), cancellation);
    }

    private static async Task RunOneAsync(TemporalClient client, int number)
    {
        var handle = await client.StartWorkflowAsync((GreetingWorkflow workflow) => workflow.RunAsync("growth"), new($"run-{number}", TaskQueue));
        await handle.GetResultAsync();
    }

    private static long Bytes(DataDirectory data) => new DirectoryInfo(data.Path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
}
