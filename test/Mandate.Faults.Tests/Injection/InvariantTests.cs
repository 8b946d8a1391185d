using System.Collections.Concurrent;
using Mandate.Engine;
using Mandate.Faults.Host;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Temporal.Client;
using Mandate.Temporal.Worker;
using Mandate.Testing;

namespace Mandate.Faults.Tests.Injection;

/// <summary>The checks of the fault injection see what they are there for: a good journey passes, and each way of losing or doubling something does not.</summary>
public sealed class InvariantTests
{
    [Fact]
    public async Task Broken_HistoriesThatLostOrDoubledSomething_AreSeen()
    {
        using var directory = new TemporaryDirectory();
        await using var engine = await EmbeddedEngine.StartAsync(new() { DataDirectory = directory.File("data") });
        await using var client = new TemporalClient(engine.Handler);
        var journeys = new ConcurrentDictionary<string, Acknowledged>();
        var options = new TemporalWorkerOptions(Journey.TaskQueue).AddWorkflow<Journey>().AddWorkflow<Stage>().AddAllActivities(new Steps());
        using var worker = new TemporalWorker(client, options);
        await worker.ExecuteAsync(() => new Traveller(engine.Handler, "", journeys).TravelOnceAsync("trip").WaitAsync(Eventually.Limit, TimeProvider.System));
        var history = (await client.GetWorkflowHandle("trip").FetchHistoryAsync()).Events;
        var stage = (await client.GetWorkflowHandle("trip-stage").FetchHistoryAsync()).Events;
        var told = journeys["trip"];
        string[] results = [.. history.Concat(stage).Where(e => e.EventType == EventType.ActivityTaskCompleted).Select(e => e.ActivityTaskCompletedEventAttributes.Result.Payloads_[0].Data.ToStringUtf8().Trim('"'))];

        Invariants.Broken(history, stage, told, results).ShouldBeEmpty();

        Invariants.Broken([.. history.Where(e => e.EventId != 5)], stage, told, results).ShouldContain("event ids have a gap or come twice");
        Invariants.Broken(history, [.. stage, stage[^1]], told, results).ShouldContain("event ids have a gap or come twice");
        Invariants.Broken([.. history.SkipLast(1)], stage, told, results).ShouldContain("the run did not end once, by completing");
        Invariants.Broken([.. history, history[^1]], stage, told, results).ShouldContain("the run did not end once, by completing");
        foreach (var (type, violation) in (ReadOnlySpan<(EventType, string)>)
            [
                (EventType.WorkflowExecutionSignaled, "a signal is not in the history once"),
                (EventType.WorkflowExecutionUpdateAccepted, "an update was not accepted once"),
                (EventType.WorkflowExecutionUpdateCompleted, "an update was not completed once"),
                (EventType.ActivityTaskCompleted, "an activity did not complete once"),
            ])
        {
            Invariants.Broken(Without(history, type), stage, told, results).ShouldContain(violation, $"{type} lost");
            Invariants.Broken(Twice(history, type), stage, told, results).ShouldContain(violation, $"{type} doubled");
        }

        Invariants.Broken(Without(history, EventType.WorkflowExecutionSignaled), stage, told, results).ShouldContain("the workflow got other signals than its history has");
        Invariants.Broken(history, stage, told with { Updates = ["other", .. told.Updates.Skip(1)] }, results).ShouldContain("the workflow did not get each update once");
        Invariants.Broken(Without(history, EventType.ActivityTaskCompleted), stage, told, results).ShouldContain("an acknowledged activity result is lost");
        Invariants.Broken(history, Without(stage, EventType.ActivityTaskCompleted), told, results).ShouldContain("the workflow got other activity results than its history has");
        Invariants.Broken(history, stage, told, [.. results, "trip/a/another execution"]).ShouldBe(["an acknowledged activity result is lost"]);
    }

    private static HistoryEvent[] Without(IReadOnlyList<HistoryEvent> events, EventType type)
    {
        var lost = events.First(e => e.EventType == type);
        return [.. events.Where(e => !ReferenceEquals(e, lost))];
    }

    private static HistoryEvent[] Twice(IReadOnlyList<HistoryEvent> events, EventType type)
    {
        var doubled = events.First(e => e.EventType == type);
        return [.. events.SelectMany(e => ReferenceEquals(e, doubled) ? (HistoryEvent[])[e, e] : [e])];
    }
}
