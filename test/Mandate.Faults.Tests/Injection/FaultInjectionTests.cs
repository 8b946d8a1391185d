using System.Collections.Concurrent;
using Mandate.Faults.Host;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Grpc;
using Mandate.Temporal.Client;
using Mandate.Temporal.Common;
using Mandate.Temporal.Worker;
using Mandate.Testing;
using Xunit.Abstractions;

namespace Mandate.Faults.Tests.Injection;

/// <summary>
/// Processes that get killed, a network that loses and doubles, a clock that jumps, a disk that is full or slow, for MANDATE_FAULTS_SECONDS (default 45). After it all: what was
/// acknowledged happened, once.
/// </summary>
public sealed class FaultInjectionTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(3);

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
        var journeys = new ConcurrentDictionary<string, Traveller.Acknowledged>();

        using var stop = new CancellationTokenSource(duration, TimeProvider.System);
        var travellers = Enumerable.Range(0, 6).Select(i => new Traveller(channel.Handler, $"journey-{i}", journeys).TravelAsync(stop.Token)).ToArray();
        await injector.RunAsync(stop.Token);
        await Task.WhenAll(travellers).WaitAsync(Settling, TimeProvider.System);

        output.WriteLine($"{journeys.Count} journeys");
        journeys.Count.ShouldBeGreaterThan(5);
        await using var client = new TemporalClient(channel.Handler);
        var replayer = new WorkflowReplayer(new WorkflowReplayerOptions().AddWorkflow<Journey>().AddWorkflow<Stage>());
        foreach (var (id, acknowledged) in journeys)
            await CheckAsync(client, replayer, id, acknowledged);
        await StoredRuns.CheckAsync(channel.Handler);
    }

    private static async Task CheckAsync(TemporalClient client, WorkflowReplayer replayer, string id, Traveller.Acknowledged acknowledged)
    {
        var handle = client.GetWorkflowHandle(id, acknowledged.RunId);
        var result = await handle.GetResultAsync<IReadOnlyList<string>>().WaitAsync(Settling, TimeProvider.System);
        result.Take(3).ShouldBe(["took a", "took b", "took c"], id);
        result.Skip(3).ShouldBe(acknowledged.Signals, ignoreOrder: true, id);

        var history = await handle.FetchHistoryAsync();
        history.Events.Select(e => e.EventId).ShouldBe(Enumerable.Range(1, history.Events.Count).Select(i => (long)i), id);
        Count(history, EventType.WorkflowExecutionCompleted).ShouldBe(1, id);
        Count(history, EventType.ActivityTaskCompleted).ShouldBe(2, id);
        Count(history, EventType.ChildWorkflowExecutionCompleted).ShouldBe(1, id);
        Count(history, EventType.WorkflowExecutionSignaled).ShouldBe(acknowledged.Signals.Count, id);
        await replayer.ReplayWorkflowAsync(history);
        await replayer.ReplayWorkflowAsync(await client.GetWorkflowHandle($"{id}-stage").FetchHistoryAsync());

        // The id has no other run.
        (await client.GetWorkflowHandle(id).DescribeAsync()).RunId.ShouldBe(acknowledged.RunId);
    }

    private static int Count(WorkflowHistory history, EventType type) => history.Events.Count(e => e.EventType == type);
}
