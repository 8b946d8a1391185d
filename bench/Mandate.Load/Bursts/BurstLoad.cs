using System.Diagnostics;
using Mandate.Engine;
using Mandate.Temporal.Client;
using Mandate.Temporal.Worker;

namespace Mandate.Load.Bursts;

/// <summary>Much at once in one workflow: signals, activities, children.</summary>
internal static class BurstLoad
{
    private const string TaskQueue = "bursts";
    private const int Senders = 50;

    /// <summary>Measures a fifth, a half and the whole of <paramref name="count"/>, each on the same engine, after a small one to warm up.</summary>
    internal static async Task<BurstMeasurement> RunAsync(BurstKind kind, int count, TransportKind transport, DirectoryInfo dataRoot, CancellationToken cancellation)
    {
        using var data = new DataDirectory(dataRoot);
        await using var engine = transport == TransportKind.Grpc ? await EngineProcess.StartAsync(data.Path, cancellation) : null;
        await using var embedded = engine is null ? await EmbeddedEngine.StartAsync(new EngineOptions { DataDirectory = data.Path }, cancellation) : null;
        await using var client = engine is null ? new TemporalClient(embedded!.Handler) : await TemporalClient.ConnectAsync(new(engine.Address), cancellation);
        var options = new TemporalWorkerOptions(TaskQueue)
            .AddWorkflow<CollectWorkflow>().AddWorkflow<FanOutWorkflow>().AddWorkflow<ParentWorkflow>().AddWorkflow<ChildWorkflow>().AddAllActivities(new GreetingActivities());
        using var worker = new TemporalWorker(client, options);
        var sizes = await worker.ExecuteAsync(
            async () =>
            {
                await MeasureAsync(client, kind, Math.Min(count, 200), "warm-up");
                var measured = new List<BurstSize>();
                foreach (var size in (int[])[Math.Max(1, count / 5), Math.Max(1, count / 2), count])
                    measured.Add(await MeasureAsync(client, kind, size, $"burst-{size}-{measured.Count}"));
                return measured;
            },
            cancellation);
        return new(kind.ToString().ToLowerInvariant(), transport.ToString().ToLowerInvariant(), sizes, MachineFacts.Read(dataRoot));
    }

    private static async Task<BurstSize> MeasureAsync(TemporalClient client, BurstKind kind, int count, string id)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        var (handle, result) = kind switch
        {
            BurstKind.Signals => await SignalAsync(client, id, count),
            BurstKind.Activities => await ResultAsync(await client.StartWorkflowAsync((FanOutWorkflow w) => w.RunAsync(count, 1), new(id, TaskQueue))),
            BurstKind.Children => await ResultAsync(await client.StartWorkflowAsync((ParentWorkflow w) => w.RunAsync(count), new(id, TaskQueue))),
            _ => throw new NotSupportedException($"{kind}"),
        };
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var used = Environment.CpuUsage.TotalTime - cpu;
        if (result != count)
            throw new InvalidOperationException($"{kind}: {count} were sent, {result} arrived.");
        var description = await handle.DescribeAsync();
        return new(count, Math.Round(seconds, 3), Math.Round(count / seconds, 1), Math.Round(used.TotalMicroseconds / count, 1), description.HistoryLength);
    }

    private static async Task<(WorkflowHandle Handle, int Result)> SignalAsync(TemporalClient client, string id, int count)
    {
        var handle = await client.StartWorkflowAsync((CollectWorkflow w) => w.RunAsync(count), new(id, TaskQueue));
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = Senders },
            async (i, _) => await handle.SignalAsync(w => w.CountAsync(i)));
        return await ResultAsync(handle);
    }

    private static async Task<(WorkflowHandle Handle, int Result)> ResultAsync<TWorkflow>(WorkflowHandle<TWorkflow, int> handle) => (handle, await handle.GetResultAsync());
}
