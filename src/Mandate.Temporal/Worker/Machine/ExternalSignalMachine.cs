using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>A signal to another workflow: initiated → signaled | failed.</summary>
internal sealed class ExternalSignalMachine(WorkflowMachine workflow, uint sequence) : CommandMachine(workflow)
{
    private PendingCommand? _send;
    private long _initiatedEventId;

    internal uint Sequence { get; } = sequence;

    internal void Send(SignalExternalWorkflowExecutionCommandAttributes attributes) => _send = Workflow.Add(
        new Command { CommandType = CommandType.SignalExternalWorkflowExecution, SignalExternalWorkflowExecutionCommandAttributes = attributes },
        this);

    internal void Cancel()
    {
        if (_initiatedEventId != 0)
            return;
        _send!.Withdraw();
        Resolve(new Failure { Message = "Signal canceled before it was sent", CanceledFailureInfo = new() });
    }

    internal override void OnRecorded(Command command, HistoryEvent recorded)
    {
        var initiated = recorded.SignalExternalWorkflowExecutionInitiatedEventAttributes;
        Match("signal", initiated.SignalName, command.SignalExternalWorkflowExecutionCommandAttributes.SignalName, command, recorded);
        Match("workflow id", initiated.WorkflowExecution?.WorkflowId ?? "", command.SignalExternalWorkflowExecutionCommandAttributes.Execution.WorkflowId, command, recorded);
        _initiatedEventId = recorded.EventId;
        Workflow.Listen(recorded.EventId, this);
    }

    internal override void OnEvent(HistoryEvent e)
    {
        switch (e.EventType)
        {
            case EventType.ExternalWorkflowExecutionSignaled:
                Resolve(null);
                return;
            case EventType.SignalExternalWorkflowExecutionFailed:
                Resolve(ExternalFailure.Of("signal", e.SignalExternalWorkflowExecutionFailedEventAttributes.WorkflowExecution, e.SignalExternalWorkflowExecutionFailedEventAttributes.Cause.ToString()));
                return;
            default:
                base.OnEvent(e);
                return;
        }
    }

    private void Resolve(Failure? failure)
    {
        Workflow.StopListening(_initiatedEventId);
        Workflow.Forget(this);
        Workflow.Push(new WorkflowJob.ResolveExternalSignal(Sequence, failure));
    }
}
