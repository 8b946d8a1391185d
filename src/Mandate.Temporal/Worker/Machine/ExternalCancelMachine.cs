using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>A cancel request to another workflow or to a child: initiated → requested | failed.</summary>
internal sealed class ExternalCancelMachine(WorkflowMachine workflow, Action<Failure?> resolve) : CommandMachine(workflow)
{
    private long _initiatedEventId;

    internal void Send(RequestCancelExternalWorkflowExecutionCommandAttributes attributes) => Workflow.Add(
        new Command
        {
            CommandType = CommandType.RequestCancelExternalWorkflowExecution,
            RequestCancelExternalWorkflowExecutionCommandAttributes = attributes,
        },
        this);

    internal override void OnRecorded(Command command, HistoryEvent recorded)
    {
        Match(
            "workflow id",
            recorded.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes.WorkflowExecution?.WorkflowId ?? "",
            command.RequestCancelExternalWorkflowExecutionCommandAttributes.WorkflowId,
            command,
            recorded);
        _initiatedEventId = recorded.EventId;
        Workflow.Listen(recorded.EventId, this);
    }

    internal override void OnEvent(HistoryEvent e)
    {
        Failure? failure = null;
        switch (e.EventType)
        {
            case EventType.ExternalWorkflowExecutionCancelRequested:
                break;
            case EventType.RequestCancelExternalWorkflowExecutionFailed:
                var failed = e.RequestCancelExternalWorkflowExecutionFailedEventAttributes;
                failure = ExternalFailure.Of("cancel", failed.WorkflowExecution, failed.Cause.ToString());
                break;
            default:
                base.OnEvent(e);
                return;
        }

        Workflow.StopListening(_initiatedEventId);
        resolve(failure);
    }
}
