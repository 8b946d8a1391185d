using Mandate.Engine.History;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>A worker could not work on a task: it is given out again.</summary>
internal sealed class RespondWorkflowTaskFailed(EngineCore core) : Endpoint<RespondWorkflowTaskFailedRequest, RespondWorkflowTaskFailedResponse>(core)
{
    protected override async Task<RespondWorkflowTaskFailedResponse> HandleAsync(RespondWorkflowTaskFailedRequest request, RpcCall call)
    {
        var token = TaskTokens.Parse(request.TaskToken);
        var ns = Core.Namespaces.Get(token.Namespace);
        Check.Size(request.Failure, "failure", Limits);
        await Core.Chains.ChangeAsync(ns, token.WorkflowId, transaction =>
        {
            var run = transaction.TryOpen(token.RunId) ?? throw Errors.StaleTask("workflow");
            if (!run.State.IsOpen || run.State.WorkflowTask is not { } task || !TaskTokens.Fits(token, task))
                throw Errors.StaleTask("workflow");
            var cause = request.Cause == WorkflowTaskFailedCause.Unspecified ? WorkflowTaskFailedCause.WorkflowWorkerUnhandledFailure : request.Cause;
            run.FailTask(cause, request.Failure, request.Identity, request.BinaryChecksum);
            run.WantTask();
            return true;
        }).ConfigureAwait(false);
        return new();
    }
}
