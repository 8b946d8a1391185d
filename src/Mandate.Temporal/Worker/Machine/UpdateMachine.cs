using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.Update.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>
/// delivered → rejected | accepted → completed. Acceptance and completion each are a message and a command that fixes the message's place among the commands; a rejection is a message alone
/// and leaves no trace in history.
/// </summary>
internal sealed class UpdateMachine(WorkflowMachine workflow, string messageId, string protocolInstanceId, long sequencingEventId, Request request) : CommandMachine(workflow)
{
    private string AcceptMessageId => $"{messageId}/accept";

    private string CompleteMessageId => $"{messageId}/complete";

    internal string ProtocolInstanceId { get; } = protocolInstanceId;

    internal void Accept()
    {
        Workflow.Send(AcceptMessageId, ProtocolInstanceId, new Acceptance
        {
            AcceptedRequestMessageId = messageId,
            AcceptedRequestSequencingEventId = sequencingEventId,
            AcceptedRequest = request,
        });
        AddCommand(AcceptMessageId);
    }

    internal void Reject(Failure failure)
    {
        Workflow.Forget(this);
        Workflow.Send($"{messageId}/reject", ProtocolInstanceId, new Rejection
        {
            RejectedRequestMessageId = messageId,
            RejectedRequestSequencingEventId = sequencingEventId,
            RejectedRequest = request,
            Failure = failure,
        });
    }

    internal void Complete(Outcome outcome)
    {
        Workflow.Forget(this);
        Workflow.Send(CompleteMessageId, ProtocolInstanceId, new Response { Meta = request.Meta, Outcome = outcome });
        AddCommand(CompleteMessageId);
    }

    internal override void OnRecorded(Command command, HistoryEvent recorded)
    {
        var accepts = string.Equals(command.ProtocolMessageCommandAttributes.MessageId, AcceptMessageId, StringComparison.Ordinal);
        if (accepts != (recorded.EventType == EventType.WorkflowExecutionUpdateAccepted))
            throw new NonDeterminismException($"History has {HistoryText.Of(recorded)}, but the workflow's next command is {HistoryText.Of(command)}.");
        if (accepts)
            Match("update", recorded.WorkflowExecutionUpdateAcceptedEventAttributes.ProtocolInstanceId, ProtocolInstanceId, command, recorded);
        else
            Match("update", recorded.WorkflowExecutionUpdateCompletedEventAttributes.Meta?.UpdateId ?? "", request.Meta.UpdateId, command, recorded);
    }

    private void AddCommand(string id) => Workflow.Add(
        new Command { CommandType = CommandType.ProtocolMessage, ProtocolMessageCommandAttributes = new() { MessageId = id } },
        this);
}
