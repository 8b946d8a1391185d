using Mandate.Engine.History;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Starts a workflow, or finds the one that runs, as the policies say.</summary>
internal sealed class StartWorkflowExecution(EngineCore core) : Endpoint<StartWorkflowExecutionRequest, StartWorkflowExecutionResponse>(core)
{
    protected override async Task<StartWorkflowExecutionResponse> HandleAsync(StartWorkflowExecutionRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        var spec = StartRequests.ToSpec(Core, request);
        await SearchAttributeAdmission.AdmitAsync(Core, ns, request.SearchAttributes).ConfigureAwait(false);
        var (outcome, eager) = await Core.Chains.ChangeAsync(ns, request.WorkflowId, transaction =>
        {
            var decided = WorkflowStart.Decide(transaction, spec);
            return (decided, request.RequestEagerExecution && decided.Started is { } run ? run.StartFirstTaskEagerly(request.Identity) : null);
        }).ConfigureAwait(false);
        return new()
        {
            RunId = outcome.RunId,
            FirstExecutionRunId = outcome.FirstRunId,
            Started = outcome.IsStart,
            Status = outcome.Status,
            EagerWorkflowTask = eager?.ToResponse(Core),
        };
    }
}
