using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>
/// Cuts a history into the pieces in which the workflow saw it: each piece ends with the start of a workflow task whose completion counted.
/// </summary>
/// <remarks>
/// <para>A started event ends the piece unless</para>
/// <list type="number">
/// <item>the task failed, timed out or the run was ended from outside: its commands were never taken;</item>
/// <item>the task was completed, followed at once by the next scheduled one, and no command event lies in the piece: a heartbeat, during which the workflow did not move.</item>
/// </list>
/// <para>
/// Where heartbeats precede the task that accepted an update, the piece ends at the last start before the update was delivered, so that the accepting task is a piece of its own.
/// The last piece takes what is left, for instance after a run was terminated.
/// </para>
/// </remarks>
internal static class HistoryChunks
{
    /// <summary>Index of the last event of the piece that begins at <paramref name="first"/>.</summary>
    internal static int End(IReadOnlyList<HistoryEvent> events, int first)
    {
        var sawCommand = false;
        var sawWork = false;
        List<int>? starts = null;
        for (var i = first; i < events.Count; i++)
        {
            var e = events[i];
            if (e.IsCommandEvent())
                sawCommand = sawWork = true;
            else if (e.EventType == EventType.WorkflowExecutionStarted)
                sawWork = true;

            if (e.IsFinal())
                return i;
            if (e.EventType != EventType.WorkflowTaskStarted)
                continue;

            var next = At(events, i + 1);
            if (next is null)
            {
                if (sawWork)
                    return i;
                continue;
            }

            if (next.VoidsWorkflowTask())
                continue;
            (starts ??= []).Add(i);
            if (next.EventType == EventType.WorkflowTaskCompleted)
            {
                var afterNext = At(events, i + 2);
                if (afterNext is not null)
                {
                    if (!sawCommand && afterNext.EventType == EventType.WorkflowTaskScheduled)
                        continue;
                    return afterNext.EventType == EventType.WorkflowExecutionUpdateAccepted
                        ? StartBefore(afterNext.WorkflowExecutionUpdateAcceptedEventAttributes.AcceptedRequestSequencingEventId, events, starts) ?? i
                        : i;
                }
            }

            if (sawWork)
                return i;
        }

        return events.Count - 1;
    }

    private static int? StartBefore(long sequencingEventId, IReadOnlyList<HistoryEvent> events, List<int> starts)
    {
        for (var i = starts.Count - 1; i >= 0; i--)
        {
            if (events[starts[i]].EventId < sequencingEventId)
                return starts[i];
        }

        return null;
    }

    private static HistoryEvent? At(IReadOnlyList<HistoryEvent> events, int index) => index < events.Count ? events[index] : null;
}
