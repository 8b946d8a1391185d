using System.Collections.Concurrent;
using Mandate.Faults.Host;
using Mandate.Protocol;
using Mandate.Protocol.Grpc;
using Mandate.Temporal.Client;
using Mandate.Temporal.Worker;
using Mandate.Testing;
using Xunit.Abstractions;

namespace Mandate.Faults.Tests.Injection;

/// <summary>
/// Processes that get killed, a network that loses, delays and doubles, a clock that jumps, a disk that is full or slow, for MANDATE_FAULTS_SECONDS (default 45). After it all: what was
/// acknowledged happened, once.
/// </summary>
public sealed class FaultInjectionTests(ITestOutputHelper output)
{
    private const int Travellers = 16;

    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(4);

    /// <summary>Every fault there is, as the injector and the witness name them.</summary>
    private static readonly string[] Kinds =
    [
        "engine-killed", "worker-killed", "clock-forward", "clock-back", "request-lost", "answer-lost", "delayed", "doubled", "doubled-together", "full", "slow",
    ];

    [Fact]
    public async Task Run_UnderInjectedFaults_EveryAcknowledgedStartEndsOnceAndNothingIsLostOrDoubled()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var seed = Seed.Choose();
        var duration = TimeSpan.FromSeconds(Seed.Setting("MANDATE_FAULTS_SECONDS", 45));
        output.WriteLine($"{duration.TotalSeconds} s, MANDATE_FAULTS_SEED={seed}");
        using var directory = new TemporaryDirectory();
        await using var injector = new Injector(directory, seed, output.WriteLine);
        await injector.StartAsync();
        await using var channel = new GrpcChannel(new() { Target = injector.Address });
        var journeys = new ConcurrentDictionary<string, Acknowledged>();

        using var stop = new CancellationTokenSource(duration, TimeProvider.System);
        var travellers = Enumerable.Range(0, Travellers).Select(i => new Traveller(channel.Handler, $"journey-{i}", journeys).TravelAsync(stop.Token)).ToArray();
        await injector.RunAsync(stop.Token);
        await EndAsync(Task.WhenAll(travellers), channel.Handler);

        var testimony = new Testimony(directory.File("witness.log"));
        var faults = injector.Faults.Concat(testimony.Faults).ToDictionary();
        output.WriteLine($"{journeys.Count} journeys; {string.Join(", ", faults.Select(f => $"{f.Key} {f.Value}"))}");
        await CheckAsync(new(channel.Handler), journeys, testimony);
        (await StoredRuns.CheckAsync(channel.Handler)).ShouldBe(3 * journeys.Count, "each journey has one run and its stage two");
        testimony.Errors.Take(5).ShouldBeEmpty();
        journeys.Count.ShouldBeGreaterThan(Travellers);
        Kinds.Where(kind => faults.GetValueOrDefault(kind) == 0).ShouldBeEmpty("every kind of fault struck");
    }

    /// <summary>Waits for the end of all journeys; those that stay open are told, with the last that happened to them.</summary>
    private static async Task EndAsync(Task travellers, RpcHandler handler)
    {
        await Task.WhenAny(travellers, Task.Delay(Settling, TimeProvider.System, CancellationToken.None));
        if (!travellers.IsCompleted)
            (await StoredRuns.OpenAsync(handler, 5)).ShouldBeEmpty($"all journeys end within {Settling} after the last fault");
        await travellers.WaitAsync(Settling, TimeProvider.System);
    }

    private static async Task CheckAsync(TemporalClient client, ConcurrentDictionary<string, Acknowledged> journeys, Testimony testimony)
    {
        var replayer = new WorkflowReplayer(new WorkflowReplayerOptions().AddWorkflow<Journey>().AddWorkflow<Stage>());
        var results = testimony.Results;
        foreach (var (id, told) in journeys)
        {
            var stageId = $"{id}-stage";
            var first = await client.GetWorkflowHandle(id, told.RunId).FetchHistoryAsync();
            var stage = await client.GetWorkflowHandle(stageId).FetchHistoryAsync();
            Invariants.Broken(first.Events, stage.Events, told, [.. results[id], .. results[stageId]]).ShouldBeEmpty(id);
            await replayer.ReplayWorkflowAsync(first);
            await replayer.ReplayWorkflowAsync(stage);
            var before = stage.Events[0].WorkflowExecutionStartedEventAttributes.ContinuedExecutionRunId;
            await replayer.ReplayWorkflowAsync(await client.GetWorkflowHandle(stageId, before).FetchHistoryAsync());
        }
    }
}
