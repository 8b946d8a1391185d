using Mandate.Engine.Visibility.Attributes;
using Mandate.Protocol;
using Mandate.Protocol.Api.OperatorService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Registers custom search attributes of a namespace: all of them or none. One that is there already with its type stays.</summary>
internal sealed class AddSearchAttributes(EngineCore core) : Endpoint<AddSearchAttributesRequest, AddSearchAttributesResponse>(core)
{
    protected override async Task<AddSearchAttributesResponse> HandleAsync(AddSearchAttributesRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        Check.That(request.SearchAttributes.Count > 0, "The request names no search attribute.");
        await Core.Namespaces.UpdateAsync(ns, record =>
        {
            var catalog = SearchAttributeRegistry.Catalog(record.SearchAttributes);
            foreach (var (name, type) in request.SearchAttributes)
            {
                if (SearchAttributeRegistry.Refuse(name, type, catalog) is { } problem)
                    throw catalog.TryGet(name, out var existing) && existing.Column is null ? new RpcException(RpcStatusCode.AlreadyExists, problem) : Errors.InvalidArgument(problem);
                SearchAttributeRegistry.Add(record.SearchAttributes, name, type);
            }

            Check.That(
                record.SearchAttributes.Count(a => !a.Removed) <= SearchAttributeRegistry.MaxAttributes,
                $"A namespace has at most {SearchAttributeRegistry.MaxAttributes} custom search attributes. Remove some with RemoveSearchAttributes.");
        }).ConfigureAwait(false);
        return new();
    }
}
