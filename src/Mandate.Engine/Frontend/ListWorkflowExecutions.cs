using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>The runs of a namespace that a query finds, page by page. What a start has acknowledged is there at once.</summary>
internal sealed class ListWorkflowExecutions(EngineCore core) : Endpoint<ListWorkflowExecutionsRequest, ListWorkflowExecutionsResponse>(core)
{
    protected override Task<ListWorkflowExecutionsResponse> HandleAsync(ListWorkflowExecutionsRequest request, RpcCall call) =>
        Core.Visibility.ListAsync(Core.Namespaces.Get(request.Namespace), request.Query, request.PageSize, request.NextPageToken, call.Cancellation);
}
