using System.Diagnostics;
using Mandate.Engine;
using Mandate.Temporal.Client;
using Mandate.Temporal.Worker;

namespace Mandate.Load.Bursts;

/// <summary>A long history: how long it takes to make, to fetch and to replay.</summary>
internal static class ReplayLoad
{
    private const string TaskQueue = "replay";
    private const int ActivitiesInARound = 100;

    /// <summary>Three events an activity and three a workflow task.</summary>
    private const int EventsOfARound = (3 * ActivitiesInARound) + 3;

    internal static async Task<ReplayMeasurement> RunAsync(int events, DirectoryInfo dataRoot, CancellationToken cancellation)
    {
        using var data = new DataDirectory(dataRoot);
        await using var engine = await EmbeddedEngine.StartAsync(new EngineOptions { DataDirectory = data.Path }, cancellation);
        await using var client = new TemporalClient(engine.Handler);
        using var worker = new TemporalWorker(client, new TemporalWorkerOptions(TaskQueue).AddWorkflow<FanOutWorkflow>().AddAllActivities(new GreetingActivities()));
        var replayer = new WorkflowReplayer(new WorkflowReplayerOptions().AddWorkflow<FanOutWorkflow>());

        var handle = await client.StartWorkflowAsync((FanOutWorkflow w) => w.RunAsync(ActivitiesInARound, Math.Max(1, events / EventsOfARound)), new("long", TaskQueue));
        var started = Stopwatch.GetTimestamp();
        await worker.ExecuteAsync(() => handle.GetResultAsync(), cancellation);
        var made = Stopwatch.GetElapsedTime(started);

        started = Stopwatch.GetTimestamp();
        var history = await handle.FetchHistoryAsync();
        var fetched = Stopwatch.GetElapsedTime(started);

        // The first compiles; the best of the others is what the code costs.
        await replayer.ReplayWorkflowAsync(history, cancellationToken: cancellation);
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            started = Stopwatch.GetTimestamp();
            await replayer.ReplayWorkflowAsync(history, cancellationToken: cancellation);
            var took = Stopwatch.GetElapsedTime(started);
            best = took < best ? took : best;
        }

        var count = history.Events.Count;
        return new(count, Math.Round(made.TotalSeconds, 3), Math.Round(fetched.TotalSeconds, 3), Math.Round(best.TotalSeconds, 3), Math.Round(count / best.TotalSeconds), MachineFacts.Read(dataRoot));
    }
}
