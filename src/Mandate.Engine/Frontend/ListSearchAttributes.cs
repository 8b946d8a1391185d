using Mandate.Engine.Visibility.Attributes;
using Mandate.Protocol;
using Mandate.Protocol.Api.OperatorService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>The search attributes of a namespace with their types.</summary>
internal sealed class ListSearchAttributes(EngineCore core) : Endpoint<ListSearchAttributesRequest, ListSearchAttributesResponse>(core)
{
    protected override Task<ListSearchAttributesResponse> HandleAsync(ListSearchAttributesRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        var response = new ListSearchAttributesResponse();
        foreach (var attribute in ns.SearchAttributes.Custom)
            response.CustomAttributes.Add(attribute.Name, attribute.Type);
        foreach (var attribute in SystemAttributes.ByName.Values)
            response.SystemAttributes.Add(attribute.Name, attribute.Type);
        return Task.FromResult(response);
    }
}
