using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.Sdk.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>started → fired | canceled.</summary>
internal sealed class TimerMachine(WorkflowMachine workflow, uint sequence) : CommandMachine(workflow)
{
    private readonly string _id = sequence.ToString();
    private PendingCommand? _start;
    private long _startedEventId;

    internal uint Sequence { get; } = sequence;

    internal void Start(TimeSpan delay, UserMetadata? metadata) => _start = Workflow.Add(
        new Command
        {
            CommandType = CommandType.StartTimer,
            UserMetadata = metadata,
            StartTimerCommandAttributes = new() { TimerId = _id, StartToFireTimeout = Duration.FromTimeSpan(delay) },
        },
        this);

    internal void Cancel()
    {
        if (_startedEventId == 0)
        {
            _start!.Withdraw();
            return;
        }

        Workflow.StopListening(_startedEventId);
        Workflow.Add(
            new Command { CommandType = CommandType.CancelTimer, CancelTimerCommandAttributes = new() { TimerId = _id } },
            this);
    }

    internal override void OnRecorded(Command command, HistoryEvent recorded)
    {
        if (recorded.EventType == EventType.TimerCanceled)
        {
            Match("timer id", recorded.TimerCanceledEventAttributes.TimerId, _id, command, recorded);
            return;
        }

        Match("timer id", recorded.TimerStartedEventAttributes.TimerId, _id, command, recorded);
        _startedEventId = recorded.EventId;
        Workflow.Listen(recorded.EventId, this);
    }

    internal override void OnEvent(HistoryEvent e)
    {
        if (e.EventType != EventType.TimerFired)
            base.OnEvent(e);
        Workflow.StopListening(_startedEventId);
        Workflow.Forget(this);
        Workflow.Push(new WorkflowJob.FireTimer(Sequence));
    }
}
