using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>How many runs of a namespace a query finds, in all or by status.</summary>
internal sealed class CountWorkflowExecutions(EngineCore core) : Endpoint<CountWorkflowExecutionsRequest, CountWorkflowExecutionsResponse>(core)
{
    protected override Task<CountWorkflowExecutionsResponse> HandleAsync(CountWorkflowExecutionsRequest request, RpcCall call) =>
        Core.Visibility.CountAsync(Core.Namespaces.Get(request.Namespace), request.Query, call.Cancellation);
}
