using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Worker.Machine;

/// <content>
/// Local activities. Each end is a marker and an activation of its own, in the order of the markers, so that replay and first execution take the same steps. On replay a local activity waits
/// for its marker; when the task at work is new and there is none, it is run again.
/// </content>
internal sealed partial class WorkflowMachine
{
    private readonly Dictionary<uint, LocalActivityMachine> _localActivities = [];
    private readonly Queue<(LocalActivityMarker Marker, LocalActivityOutcome Outcome)> _localMarkersAhead = new();
    private readonly List<LocalActivityRequest> _localToStart = [];
    private readonly List<uint> _localToCancel = [];

    /// <summary>Local activities that run or are to be run.</summary>
    internal int RunningLocalActivities => _localActivities.Values.Count(a => a.Running);

    internal void ScheduleLocalActivity(LocalActivityRequest request)
    {
        var machine = new LocalActivityMachine(this, request);
        _localActivities.Add(request.Sequence, machine);
        if (!Replaying)
            Start(machine);
    }

    internal void CancelLocalActivity(uint sequence)
    {
        if (!_localActivities.TryGetValue(sequence, out var machine) || machine.CancelRequested)
            return;
        machine.CancelRequested = true;
        if (!machine.Running)
            return;
        var waiting = _localToStart.RemoveAll(r => r.Sequence == sequence) > 0;
        if (!waiting && machine.Request.CancellationType != ActivityCancellationType.Abandon)
            _localToCancel.Add(sequence);
        if (waiting || machine.Request.CancellationType != ActivityCancellationType.WaitCancellationCompleted)
            ResolveLocalActivity(sequence, new(machine.Request.Attempt, Result: null, LocalFailures.Canceled(machine.Request), Retry: null), TimeSpan.Zero);
    }

    /// <summary>What is to be run now.</summary>
    internal IReadOnlyList<LocalActivityRequest> TakeLocalActivitiesToStart() => Take(_localToStart);

    /// <summary>What is to be asked to stop now.</summary>
    internal IReadOnlyList<uint> TakeLocalActivitiesToCancel() => Take(_localToCancel);

    /// <summary>A local activity has ended. One that was given up meanwhile is ignored.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="runtime">How long it took; the workflow's time goes on by it.</param>
    internal void ResolveLocalActivity(uint sequence, LocalActivityOutcome outcome, TimeSpan runtime)
    {
        if (_localActivities.Remove(sequence, out var machine))
            machine.Resolve(outcome, Time + (runtime > TimeSpan.Zero ? runtime : TimeSpan.Zero));
    }

    private bool CanResolveFromMarker => _localMarkersAhead.TryPeek(out var next) && _localActivities.ContainsKey(next.Marker.Sequence);

    /// <summary>Ends the local activity whose marker is next.</summary>
    private void ResolveFromMarker()
    {
        var (marker, outcome) = _localMarkersAhead.Dequeue();
        _localActivities.Remove(marker.Sequence, out var machine);
        machine!.Resolve(outcome, marker.CompleteTime?.ToDateTime() ?? Time);
    }

    private void FindLocalActivityAhead(HistoryEvent e)
    {
        if (!LocalActivityMarker.TryRead(e, out var marker))
            return;
        var attributes = e.MarkerRecordedEventAttributes;
        var retry = marker.Backoff is { } backoff
            ? new LocalRetry(marker.Attempt + 1, backoff.ToTimeSpan(), marker.OriginalScheduleTime?.ToDateTime() ?? Time)
            : null;
        var result = attributes.Details.TryGetValue(Markers.LocalActivityResult, out var payloads) ? payloads : null;
        _localMarkersAhead.Enqueue((marker, new(marker.Attempt, result, attributes.Failure, retry)));
    }

    private void OnTaskStarted()
    {
        if (Replaying)
            return;
        foreach (var machine in _localActivities.Values.Where(a => !a.Running).OrderBy(a => a.Request.Sequence).ToList())
        {
            if (machine.CancelRequested && machine.Request.CancellationType != ActivityCancellationType.WaitCancellationCompleted)
                ResolveLocalActivity(machine.Request.Sequence, new(machine.Request.Attempt, Result: null, LocalFailures.Canceled(machine.Request), Retry: null), TimeSpan.Zero);
            else
                Start(machine);
        }
    }

    private void Start(LocalActivityMachine machine)
    {
        machine.Running = true;
        _localToStart.Add(machine.Request);
    }

    private static List<T> Take<T>(List<T> list)
    {
        if (list.Count == 0)
            return [];
        List<T> taken = [.. list];
        list.Clear();
        return taken;
    }
}
