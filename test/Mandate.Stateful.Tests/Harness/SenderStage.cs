using System.Collections.Concurrent;
using Google.Protobuf;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;
using Principal = Mandate.Identity.Principal;

namespace Mandate.Stateful.Tests.Harness;

/// <summary>States which workflow sends a signal, as the pipeline in front of an engine does.</summary>
internal sealed class SenderStage(PrincipalSigner signer, PrincipalVerifier verifier)
{
    private readonly ConcurrentDictionary<string, (WorkflowSender Sender, Principal Principal)> _runs = new();
    private readonly ConcurrentDictionary<ByteString, string> _tasks = new();

    public RpcHandler Wrap(RpcHandler next) => async call =>
    {
        if (call.Request is RespondWorkflowTaskCompletedRequest completed)
            call = call with { Request = Stamp(completed) };
        var answer = await next(call);
        if (answer is PollWorkflowTaskQueueResponse { WorkflowExecution: not null } task)
            Learn(task);
        else if (answer is RespondWorkflowTaskCompletedResponse { WorkflowTask: { WorkflowExecution: not null } following })
            Learn(following);
        return answer;
    };

    private void Learn(PollWorkflowTaskQueueResponse task)
    {
        var run = task.WorkflowExecution;
        if (task.History?.Events is [{ WorkflowExecutionStartedEventAttributes: { } started }, ..])
        {
            var envelope = started.Header is { } header && header.Fields.TryGetValue(IdentityHeaders.Principal, out var payload) ? DataConverter.Default.PayloadConverter.ToValue<string>(payload) : null;
            var root = started.RootWorkflowExecution is { WorkflowId.Length: > 0 } top ? top.WorkflowId : run.WorkflowId;
            if (verifier.Verify(envelope, "default", root) is { IsAccepted: true } verdict)
                _runs[run.RunId] = (new(run.WorkflowId, run.RunId, root), verdict.Principal);
        }

        _tasks[task.TaskToken] = run.RunId;
    }

    private RespondWorkflowTaskCompletedRequest Stamp(RespondWorkflowTaskCompletedRequest request)
    {
        if (!_tasks.TryRemove(request.TaskToken, out var runId) || !_runs.TryGetValue(runId, out var run) || !request.Commands.Any(c => c.CommandType == CommandType.SignalExternalWorkflowExecution))
            return request;
        var stamped = request.Clone();
        foreach (var signal in stamped.Commands.Select(c => c.SignalExternalWorkflowExecutionCommandAttributes).Where(s => s is not null))
        {
            signal.Header ??= new Header();
            signal.Header.Fields.Remove(IdentityHeaders.Principal);
            signal.Header.Fields[IdentityHeaders.Actor] = DataConverter.Default.PayloadConverter.ToPayload(
                signer.SignActor(run.Principal, run.Sender, "default", signal.Execution.WorkflowId, WorkflowMessageKind.Signal, signal.SignalName));
        }

        return stamped;
    }
}
