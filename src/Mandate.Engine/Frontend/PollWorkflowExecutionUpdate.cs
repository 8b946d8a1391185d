using Mandate.Engine.History.Updates;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Asks how an update is doing, and waits for a stage of it.</summary>
internal sealed class PollWorkflowExecutionUpdate(EngineCore core) : Endpoint<PollWorkflowExecutionUpdateRequest, PollWorkflowExecutionUpdateResponse>(core)
{
    protected override async Task<PollWorkflowExecutionUpdateResponse> HandleAsync(PollWorkflowExecutionUpdateRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        Check.That(request.UpdateRef is not null, "The request names no update.");
        var (workflowId, runId) = Executions.Of(request.UpdateRef.WorkflowExecution, Limits);
        var id = Check.Name(request.UpdateRef.UpdateId, "update id", Limits);
        var stage = UpdateRequests.Wanted(request.WaitPolicy);
        var (run, update) = await Core.Chains.ChangeAsync(ns, workflowId, transaction =>
        {
            var open = transaction.Open(runId);
            var known = UpdateAdmission.Find(open, id)
                ?? throw Errors.NotFound($"Workflow '{Errors.Shorten(workflowId)}' has no update '{Errors.Shorten(id)}': it was rejected, or never sent.");
            return (open.Run, known);
        }).ConfigureAwait(false);
        var answer = await UpdateRequests.AnswerAsync(Core, run, update, stage, call.Cancellation).ConfigureAwait(false);
        return new() { UpdateRef = answer.UpdateRef, Stage = answer.Stage, Outcome = answer.Outcome };
    }
}
