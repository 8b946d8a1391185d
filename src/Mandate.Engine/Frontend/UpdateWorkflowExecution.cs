using Mandate.Engine.History.Updates;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Sends an update to a workflow and waits for the stage asked for, though not for ever: after the long-poll time the present stage is told.</summary>
internal sealed class UpdateWorkflowExecution(EngineCore core) : Endpoint<UpdateWorkflowExecutionRequest, UpdateWorkflowExecutionResponse>(core)
{
    protected override async Task<UpdateWorkflowExecutionResponse> HandleAsync(UpdateWorkflowExecutionRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        var (workflowId, runId) = Executions.Of(request.WorkflowExecution, Limits);
        var update = UpdateRequests.Check(request, Limits);
        var stage = UpdateRequests.Wanted(request.WaitPolicy);
        var (run, pending) = await Core.Chains.ChangeAsync(ns, workflowId, transaction =>
        {
            var open = transaction.Open(runId);
            Executions.CheckChain(open, request.FirstExecutionRunId);
            return (open.Run, UpdateAdmission.Admit(open, update));
        }).ConfigureAwait(false);
        return await UpdateRequests.AnswerAsync(Core, run, pending, stage, call.Cancellation).ConfigureAwait(false);
    }
}
