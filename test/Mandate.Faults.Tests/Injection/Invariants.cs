using Mandate.Faults.Host;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Faults.Tests.Injection;

/// <summary>What must be true of a journey, whatever happened to engine, workers, network, clock and disk on its way.</summary>
internal static class Invariants
{
    /// <summary>
    /// <list type="number">
    /// <item>Event ids are 1, 2, 3, …</item>
    /// <item>The run ended once, by completing.</item>
    /// <item>Each acknowledged signal, and the child's, is in its history once and reached the workflow once.</item>
    /// <item>Each acknowledged update was accepted once, completed once and reached the workflow once.</item>
    /// <item>Each activity completed once; the workflow got those results and no others.</item>
    /// <item>Each activity result the engine acknowledged is the one in a history.</item>
    /// </list>
    /// </summary>
    /// <param name="history">The journey's history.</param>
    /// <param name="stage">The history of its child's last run.</param>
    /// <param name="told">What clients were told.</param>
    /// <param name="results">The activity results of journey and child for which workers were told OK.</param>
    /// <returns>What is not true.</returns>
    public static IEnumerable<string> Broken(IReadOnlyList<HistoryEvent> history, IReadOnlyList<HistoryEvent> stage, Acknowledged told, IReadOnlyCollection<string> results)
    {
        // 1
        foreach (var events in (IReadOnlyList<HistoryEvent>[])[history, stage])
        {
            if (!events.Select(e => e.EventId).SequenceEqual(Enumerable.Range(1, events.Count).Select(i => (long)i)))
                yield return "event ids have a gap or come twice";
        }

        // 2
        if (history.Count(e => EndsRun(e.EventType)) != 1 || history.Count == 0 || history[^1].EventType != EventType.WorkflowExecutionCompleted)
        {
            yield return "the run did not end once, by completing";
            yield break;
        }

        var report = DataConverter.Default.PayloadConverter.ToValue<JourneyReport>(history[^1].WorkflowExecutionCompletedEventAttributes.Result.Payloads_[0])!;

        // 3
        var signals = told.Signals.Append(Stage.Farewell).ToArray();
        var signaled = history.Where(e => e.EventType == EventType.WorkflowExecutionSignaled).Select(e => Text(e.WorkflowExecutionSignaledEventAttributes.Input)).ToArray();
        if (!SameItems(signaled, signals))
            yield return "a signal is not in the history once";
        if (!report.Signals.SequenceEqual(signaled))
            yield return "the workflow got other signals than its history has";

        // 4
        var accepted = history.Where(e => e.EventType == EventType.WorkflowExecutionUpdateAccepted).Select(e => Text(e.WorkflowExecutionUpdateAcceptedEventAttributes.AcceptedRequest.Input.Args)).ToArray();
        var completed = history.Where(e => e.EventType == EventType.WorkflowExecutionUpdateCompleted).Select(e => Text(e.WorkflowExecutionUpdateCompletedEventAttributes.Outcome.Success)).ToArray();
        if (!SameItems(accepted, told.Updates))
            yield return "an update was not accepted once";
        if (!SameItems(completed, told.Updates.Select(u => $"amended {u}")))
            yield return "an update was not completed once";
        if (!SameItems(report.Updates, told.Updates))
            yield return "the workflow did not get each update once";

        // 5
        HistoryEvent[] both = [.. history, .. stage];
        var recorded = both.Where(e => e.EventType == EventType.ActivityTaskCompleted).Select(e => Text(e.ActivityTaskCompletedEventAttributes.Result)).ToArray();
        var scheduled = history.Where(e => e.EventType == EventType.ActivityTaskScheduled).Select(e => e.EventId);
        var ended = history.Where(e => e.EventType == EventType.ActivityTaskCompleted).Select(e => e.ActivityTaskCompletedEventAttributes.ScheduledEventId);
        if (!SameItems(scheduled, ended))
            yield return "an activity did not complete once";
        if (!report.Steps.Select(s => s.Split('/')[1]).SequenceEqual(["a", "b", "c", "d", "e"]) || !SameItems(report.Steps.Where(s => s.Split('/')[1] != "d"), recorded))
            yield return "the workflow got other activity results than its history has";

        // 6
        if (results.Except(recorded).Any())
            yield return "an acknowledged activity result is lost";
    }

    private static bool EndsRun(EventType type) => type is EventType.WorkflowExecutionCompleted or EventType.WorkflowExecutionFailed or EventType.WorkflowExecutionTimedOut
        or EventType.WorkflowExecutionCanceled or EventType.WorkflowExecutionTerminated or EventType.WorkflowExecutionContinuedAsNew;

    private static string Text(Mandate.Protocol.Api.Common.V1.Payloads payloads) => DataConverter.Default.PayloadConverter.ToValue<string>(payloads.Payloads_[0])!;

    private static bool SameItems<T>(IEnumerable<T> one, IEnumerable<T> other) => one.Order().SequenceEqual(other.Order());
}
