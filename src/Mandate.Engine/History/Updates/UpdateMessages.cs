using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.Frontend;
using Mandate.Engine.History.Commands;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Protocol.V1;
using Mandate.Protocol.Api.Update.V1;

namespace Mandate.Engine.History.Updates;

/// <summary>
/// A worker's messages about updates. An acceptance and a response take the place of the command that names them; what no command names, rejections above all, follows
/// after the commands.
/// </summary>
internal sealed class UpdateMessages
{
    private const WorkflowTaskFailedCause Cause = WorkflowTaskFailedCause.BadUpdateWorkflowExecutionMessage;

    private readonly RunTransaction _run;
    private readonly List<Message> _left;

    public UpdateMessages(RunTransaction run, IEnumerable<Message> messages)
    {
        _run = run;
        _left = [.. messages];
    }

    /// <summary>The place of a message among the commands.</summary>
    /// <exception cref="BadCommandException">The message is not there or does not fit the update.</exception>
    public void Run(string messageId)
    {
        var index = _left.FindIndex(m => m.Id == messageId);
        if (index < 0)
            throw CommandContext.Bad(Cause, $"A command names the message '{messageId}', which the completion does not have.");
        var message = _left[index];
        _left.RemoveAt(index);
        Handle(message);
    }

    /// <summary>What no command has named.</summary>
    public void RunRest()
    {
        foreach (var message in _left)
            Handle(message);
        _left.Clear();
    }

    /// <summary>Refuses updates that the worker was sent with the task and said nothing about, lest they be sent again and again.</summary>
    public void RejectUnanswered()
    {
        foreach (var update in _run.Run.Updates.Unanswered(_run.State))
            Reject(update, UpdateFailures.Unprocessed);
    }

    private void Handle(Message message)
    {
        var body = message.Body;
        if (body is null)
            throw CommandContext.Bad(Cause, $"The message '{message.Id}' is empty.");
        Check.CommandSize(body, $"Message type {Any.GetTypeName(body.TypeUrl)}", _run.Core.Limits, Cause);
        try
        {
            if (body.Is(Acceptance.Descriptor))
                Accept(message, body.Unpack<Acceptance>());
            else if (body.Is(Response.Descriptor))
                Complete(message, body.Unpack<Response>());
            else if (body.Is(Rejection.Descriptor))
                Reject(message, body.Unpack<Rejection>());
            else
                throw CommandContext.Bad(Cause, $"The message '{message.Id}' is of the unknown type {body.TypeUrl}.");
        }
        catch (InvalidProtocolBufferException)
        {
            throw CommandContext.Bad(Cause, $"The message '{message.Id}' cannot be parsed.");
        }
    }

    private void Accept(Message message, Acceptance acceptance)
    {
        var id = message.ProtocolInstanceId;
        if (!_run.State.IsOpen)
            return;
        if (_run.State.Updates.ContainsKey(id))
            throw CommandContext.Bad(Cause, $"The update '{id}' was accepted before.");

        // After a restart the engine has forgotten what the worker has: the worker says what it accepts.
        var update = _run.Run.Updates.Find(id);
        var request = update?.Request ?? acceptance.AcceptedRequest;
        if (request is null)
            throw CommandContext.Bad(Cause, $"There is no update '{id}' to accept.");
        _run.Record(new()
        {
            EventType = EventType.WorkflowExecutionUpdateAccepted,
            WorkflowExecutionUpdateAcceptedEventAttributes = new()
            {
                ProtocolInstanceId = id,
                AcceptedRequestMessageId = acceptance.AcceptedRequestMessageId,
                AcceptedRequestSequencingEventId = acceptance.AcceptedRequestSequencingEventId,
                AcceptedRequest = request,
            },
        });
        if (update is not null)
            _run.Transaction.Then(update.Accept);
    }

    private void Complete(Message message, Response response)
    {
        var id = message.ProtocolInstanceId;
        if (!_run.State.IsOpen)
            return;
        if (!_run.State.Updates.TryGetValue(id, out var accepted) || accepted.Outcome is not null)
            throw CommandContext.Bad(Cause, $"There is no accepted update '{id}' to complete.");
        _run.Record(new()
        {
            EventType = EventType.WorkflowExecutionUpdateCompleted,
            WorkflowExecutionUpdateCompletedEventAttributes = new()
            {
                Meta = response.Meta ?? new() { UpdateId = id },
                AcceptedEventId = accepted.AcceptedId,
                Outcome = response.Outcome,
            },
        });
        if (_run.Run.Updates.Find(id) is { } update)
            Finish(update, response.Outcome);
    }

    private void Reject(Message message, Rejection rejection)
    {
        if (_run.Run.Updates.Find(message.ProtocolInstanceId) is { } update)
            Reject(update, new() { Failure = rejection.Failure });
    }

    private void Reject(PendingUpdate update, Outcome outcome)
    {
        update.IsRejected = true;
        Finish(update, outcome);
    }

    private void Finish(PendingUpdate update, Outcome outcome)
    {
        var run = _run.Run;
        _run.Transaction.Then(() =>
        {
            lock (run.Chain.Gate)
                run.Updates.Remove(update);
            update.Complete(outcome);
        });
    }
}
