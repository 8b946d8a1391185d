using Mandate.Temporal.Client;
using Mandate.Temporal.Worker;

namespace Mandate.Faults.Host;

/// <summary>A worker until it is killed or its standard input ends.</summary>
internal static class WorkerProcess
{
    public static async Task RunAsync(string address)
    {
        await using var client = TemporalClient.CreateLazy(new TemporalClientConnectOptions(address));
        var options = new TemporalWorkerOptions(Journey.TaskQueue) { StickyQueueScheduleToStartTimeout = TimeSpan.FromSeconds(1), DeadlockTimeout = null };
        using var worker = new TemporalWorker(client, options.AddWorkflow<Journey>().AddWorkflow<Stage>().AddAllActivities(new Steps()));
        using var stop = new CancellationTokenSource();
        var running = worker.ExecuteAsync(stop.Token);
        await Console.Out.WriteLineAsync("ready 0");
        await Console.In.ReadToEndAsync(CancellationToken.None);
        await stop.CancelAsync();
        await running;
    }
}
