using BenchmarkDotNet.Attributes;
using Mandate.Engine;
using Mandate.Engine.History;
using Mandate.Engine.Storage;
using Mandate.Protocol.Api.History.V1;
using Mandate.Temporal.Client;
using Mandate.Temporal.Common;
using Mandate.Temporal.Worker;

namespace Mandate.Benchmarks;

/// <summary>A history of a thousand events: applied to the engine's state, stored, read back, and replayed by the worker, which matches each command with its event.</summary>
[MemoryDiagnoser]
public class HistoryBenchmarks
{
    private const int Rounds = 33;
    private const int ActivitiesInARound = 9;

    private readonly WorkflowReplayer _replayer = new(new WorkflowReplayerOptions().AddWorkflow<RoundsWorkflow>());
    private WorkflowHistory _history = null!;
    private HistoryEvent[] _events = null!;
    private byte[] _bytes = null!;

    /// <summary>Has the engine and a worker make the history.</summary>
    [GlobalSetup]
    public async Task SetupAsync()
    {
        var directory = Directory.CreateTempSubdirectory("mandate-benchmark-");
        await using (var engine = await EmbeddedEngine.StartAsync(new() { DataDirectory = directory.FullName }))
        {
            await using var client = new TemporalClient(engine.Handler);
            using var worker = new TemporalWorker(client, new TemporalWorkerOptions("benchmark").AddWorkflow<RoundsWorkflow>().AddAllActivities(new RoundsActivities()));
            var handle = await client.StartWorkflowAsync((RoundsWorkflow w) => w.RunAsync(Rounds, ActivitiesInARound), new("history", "benchmark"));
            await worker.ExecuteAsync(() => handle.GetResultAsync());
            _history = await handle.FetchHistoryAsync();
        }

        directory.Delete(recursive: true);
        _events = [.. _history.Events];
        _bytes = new EventsAppended(1, _events).Batch;
    }

    /// <summary>The engine's state from its events, as after a restart.</summary>
    [Benchmark]
    public object Apply()
    {
        var state = new RunState("run");
        foreach (var item in _events)
            state.Apply(item);
        return state;
    }

    /// <summary>The events as the store keeps them.</summary>
    [Benchmark]
    public object Store() => new EventsAppended(1, _events);

    /// <summary>The events from what the store keeps.</summary>
    [Benchmark]
    public object Load() => Protocol.Api.History.V1.History.Parser.ParseFrom(_bytes);

    /// <summary>The workflow's code run again on its history.</summary>
    [Benchmark]
    public Task ReplayAsync() => _replayer.ReplayWorkflowAsync(_history);
}
