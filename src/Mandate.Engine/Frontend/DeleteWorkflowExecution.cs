using Mandate.Engine.History;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Removes a run with its history; an open one is terminated first. When this is answered the run is gone for good.</summary>
internal sealed class DeleteWorkflowExecution(EngineCore core) : Endpoint<DeleteWorkflowExecutionRequest, DeleteWorkflowExecutionResponse>(core)
{
    /// <summary>How long the run's last messages to other runs are waited for between looks.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    protected override async Task<DeleteWorkflowExecutionResponse> HandleAsync(DeleteWorkflowExecutionRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        var (workflowId, wanted) = Executions.Of(request.WorkflowExecution, Limits);
        var runId = await Core.Chains.ChangeAsync(ns, workflowId, transaction =>
        {
            var run = transaction.Open(wanted);
            if (run.State.IsOpen)
                run.Terminate("deleted", details: null, "engine", []);
            return run.Run.RunId;
        }).ConfigureAwait(false);

        var end = Core.Now + Core.Options.LongPollTimeout;
        while (!await Core.Chains.ChangeAsync(ns, workflowId, transaction => RunRemoval.TryRemove(transaction, runId)).ConfigureAwait(false))
        {
            if (Core.Now >= end)
                throw new RpcException(RpcStatusCode.Unavailable, "The workflow was terminated, but its messages to other workflows are not delivered yet. Ask again for its deletion.");
            await Task.Delay(BetweenLooks, Core.Options.TimeProvider, call.Cancellation).ConfigureAwait(false);
        }

        return new();
    }
}
