using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.Protocol.V1;
using Mandate.Protocol.Api.Update.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <content>History in.</content>
internal sealed partial class WorkflowMachine
{
    private readonly List<Message> _incoming = [];
    private readonly Dictionary<string, Request> _admitted = [];
    private HistorySlice _slice = new([], 0, []);
    private int _next;
    private bool _applied = true;
    private bool _commandsRecorded;
    private bool _startedInPiece;
    private bool _skipNext;

    /// <summary>Whether history that was fed is left to apply.</summary>
    internal bool HasHistory => !_applied;

    /// <summary>Takes the events of a workflow task. Events the machine has seen already are skipped.</summary>
    /// <exception cref="HistoryFormatException">Events are missing between those seen and those given.</exception>
    internal void Feed(HistorySlice slice)
    {
        _slice = slice;
        _next = 0;
        while (_next < slice.Events.Count && slice.Events[_next].EventId <= LastEventId)
            _next++;
        if (_next < slice.Events.Count && slice.Events[_next].EventId != LastEventId + 1)
            throw new HistoryFormatException($"History goes on with event {slice.Events[_next].EventId}, but the last one seen is {LastEventId}.");
        _applied = false;
        _incoming.AddRange(slice.Messages);
        Replaying = slice.PreviousStartedEventId > 0;
    }

    /// <summary>Forgets a workflow task the server discarded, together with its two events (<c>reset_history_event_id</c>).</summary>
    internal void ForgetSpeculativeTask(long lastStartedEventId)
    {
        LastEventId -= 2;
        StartedEventId = LastTaskStartedEventId = lastStartedEventId;
    }

    /// <summary>Applies the next piece of history: what happened up to the next workflow task of which the workflow took note.</summary>
    /// <exception cref="NonDeterminismException">An event does not match what the workflow did.</exception>
    /// <exception cref="HistoryFormatException">The history is not one a server may send.</exception>
    internal void ApplyNextPiece()
    {
        var events = _slice.Events;
        if (Closed || _next >= events.Count)
        {
            _next = events.Count;
            _applied = true;
            Replaying = false;
            DeliverMessages(long.MaxValue);
            return;
        }

        var end = HistoryChunks.End(events, _next);
        var last = end == events.Count - 1;
        _startedInPiece = false;
        for (; _next <= end; _next++)
        {
            var e = events[_next];
            if (e.EventId != LastEventId + 1)
                throw new HistoryFormatException($"Event {e.EventId} follows event {LastEventId} in history.");

            // Replay is over at the first event that the workflow cannot have caused and that no completed task has covered.
            if (Replaying && last && e.EventId > _slice.PreviousStartedEventId && e.EventType != EventType.WorkflowTaskCompleted && !e.IsCommandEvent())
                Replaying = false;

            DeliverMessages(e.EventId - 1);
            var following = _next + 1 < events.Count ? events[_next + 1] : null;
            if (_skipNext)
                _skipNext = false;
            else
                Apply(e, following);
            LastEventId = e.EventId;
        }

        if (last)
        {
            _applied = true;
            CheckAllRecorded("history ends");
            DeliverMessages(long.MaxValue);
        }

        LookAhead();
    }

    /// <summary>The commands of a completed task are recorded at once: before the next one starts, none may be left.</summary>
    private void CheckAllRecorded(string where)
    {
        if (!_commandsRecorded)
            return;
        _commandsRecorded = false;
        if (NextUnrecorded() is { } left)
            throw new NonDeterminismException($"The workflow issued the command {HistoryText.Of(left.Command)}, but history does not record it: {where}.");
    }

    private void Apply(HistoryEvent e, HistoryEvent? following)
    {
        if (e.IsFinal())
            Closed = true;
        if (e.IsOfNoConcern())
            return;
        if (e.IsCommandEvent())
        {
            ApplyCommandEvent(e, following);
            return;
        }

        if (e.InitiatingEventId() is var initiating and > 0)
        {
            if (!_byEvent.TryGetValue(initiating, out var machine))
                throw new NonDeterminismException($"{HistoryText.Of(e)} refers to event {initiating}, which no command of the workflow explains.");
            machine.OnEvent(e);
            return;
        }

        switch (e.EventType)
        {
            case EventType.WorkflowExecutionStarted:
                AdvanceTime(e.EventTime.ToDateTime());
                Push(new WorkflowJob.Start(e.WorkflowExecutionStartedEventAttributes, e.EventTime));
                break;
            case EventType.WorkflowTaskStarted:
                ApplyTaskStarted(e, following);
                break;
            case EventType.WorkflowTaskCompleted:
                _commandsRecorded = true;
                break;
            case EventType.WorkflowTaskFailed:
                if (e.WorkflowTaskFailedEventAttributes is { Cause: WorkflowTaskFailedCause.ResetWorkflow } reset)
                    Push(new WorkflowJob.Reseed(reset.NewRunId));
                break;
            case EventType.WorkflowExecutionSignaled:
                Push(new WorkflowJob.Signal(e.WorkflowExecutionSignaledEventAttributes));
                break;
            case EventType.WorkflowExecutionCancelRequested:
                Push(new WorkflowJob.Cancel(e.WorkflowExecutionCancelRequestedEventAttributes.Cause));
                break;
            case EventType.WorkflowExecutionUpdateAdmitted:
                ApplyUpdateAdmitted(e);
                break;
            case EventType.WorkflowExecutionTimedOut or EventType.WorkflowExecutionTerminated:
                if (following is not null)
                    throw new HistoryFormatException($"{HistoryText.Of(following)} follows the end of the run.");
                break;
            default:
                if (!e.WorkerMayIgnore)
                    throw new HistoryFormatException($"{HistoryText.Of(e)} is unknown to this worker and the server did not mark it as one to ignore. Use a newer worker.");
                break;
        }
    }

    private void ApplyTaskStarted(HistoryEvent e, HistoryEvent? following)
    {
        CheckAllRecorded($"the next workflow task starts with event {e.EventId}");
        if (following?.VoidsWorkflowTask() == true)
            return;
        LastTaskStartedEventId = e.EventId;
        if (_startedInPiece)
            return;

        // Of several starts in a piece (heartbeats), the first is the one at which the workflow ran.
        _startedInPiece = true;
        if (e.EventTime is null)
            throw new HistoryFormatException($"{HistoryText.Of(e)} has no time.");
        StartedEventId = e.EventId;
        var attributes = e.WorkflowTaskStartedEventAttributes;
        HistorySizeBytes = attributes.HistorySizeBytes;
        ContinueAsNewSuggested = attributes.SuggestContinueAsNew;
        ContinueAsNewReasons = attributes.SuggestContinueAsNewReasons;
        AdvanceTime(e.EventTime.ToDateTime());
        OnTaskStarted();
    }

    private void ApplyCommandEvent(HistoryEvent e, HistoryEvent? following)
    {
        if (e.EventType == EventType.MarkerRecorded && ApplyMarker(e, following))
            return;
        var pending = NextUnrecorded()
            ?? throw new NonDeterminismException($"History has {HistoryText.Of(e)}, but the workflow issued no command for it.");
        if (!e.EventType.Records(pending.Command.CommandType))
            throw new NonDeterminismException($"History has {HistoryText.Of(e)}, but the workflow's next command is {HistoryText.Of(pending.Command)}.");
        if (ReferenceEquals(pending, _terminal))
            _terminal.Withdraw();
        else
            _commands.Dequeue();
        pending.Machine.OnRecorded(pending.Command, e);
    }

    private PendingCommand? NextUnrecorded()
    {
        while (_commands.TryPeek(out var pending))
        {
            if (!pending.Withdrawn)
                return pending;
            _commands.Dequeue();
        }

        return _terminal is { Withdrawn: false } ? _terminal : null;
    }

    private void ApplyUpdateAdmitted(HistoryEvent e)
    {
        var request = e.WorkflowExecutionUpdateAdmittedEventAttributes.Request;
        if (Replaying)
            _admitted[request.Meta.UpdateId] = request;
        else
            BeginUpdate($"{request.Meta.UpdateId}/request", request.Meta.UpdateId, e.EventId, request);
    }

    private void DeliverMessages(long throughEventId)
    {
        for (var i = 0; i < _incoming.Count;)
        {
            var message = _incoming[i];
            if (message.SequencingIdCase == Message.SequencingIdOneofCase.EventId && message.EventId > throughEventId)
            {
                i++;
                continue;
            }

            _incoming.RemoveAt(i);
            if (message.Body is null || !message.Body.TryUnpack<Request>(out var request))
                throw new HistoryFormatException($"Protocol message '{message.Id}' holds '{message.Body?.TypeUrl}', which this worker does not know. Use a newer worker.");
            BeginUpdate(message.Id, message.ProtocolInstanceId, message.EventId, request);
        }
    }

    /// <summary>
    /// What the task just applied led to is recorded behind it, but some of it the workflow has to know while it runs:
    /// which patches and local activities it had, and which updates it accepted.
    /// </summary>
    private void LookAhead()
    {
        if (Closed || _next >= _slice.Events.Count)
            return;
        var end = HistoryChunks.End(_slice.Events, _next);
        for (var i = _next; i <= end; i++)
        {
            var e = _slice.Events[i];
            switch (e.EventType)
            {
                case EventType.MarkerRecorded:
                    FindMarkerAhead(e, i + 1 < _slice.Events.Count ? _slice.Events[i + 1] : null);
                    break;
                case EventType.WorkflowExecutionUpdateAccepted:
                    var accepted = e.WorkflowExecutionUpdateAcceptedEventAttributes;
                    var request = _admitted.Remove(accepted.ProtocolInstanceId, out var admitted) ? admitted : accepted.AcceptedRequest;
                    if (request is null)
                        throw new HistoryFormatException($"{HistoryText.Of(e)} has no request.");
                    BeginUpdate(accepted.AcceptedRequestMessageId, accepted.ProtocolInstanceId, accepted.AcceptedRequestSequencingEventId, request);
                    break;
                default:
                    break;
            }
        }
    }
}
