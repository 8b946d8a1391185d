using Mandate.Engine.Visibility.Attributes;
using Mandate.Protocol;
using Mandate.Protocol.Api.OperatorService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Removes custom search attributes of a namespace; runs keep their values, which are no longer found.</summary>
internal sealed class RemoveSearchAttributes(EngineCore core) : Endpoint<RemoveSearchAttributesRequest, RemoveSearchAttributesResponse>(core)
{
    protected override async Task<RemoveSearchAttributesResponse> HandleAsync(RemoveSearchAttributesRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        Check.That(request.SearchAttributes.Count > 0, "The request names no search attribute.");
        foreach (var name in request.SearchAttributes)
            Check.That(!SystemAttributes.ByName.ContainsKey(name), $"'{Errors.Shorten(name)}' is a system attribute and cannot be removed.");
        await Core.Namespaces.UpdateAsync(ns, record =>
        {
            foreach (var name in request.SearchAttributes)
            {
                if (!SearchAttributeRegistry.Remove(record.SearchAttributes, name))
                    throw Errors.NotFound($"Namespace '{ns.Name}' has no search attribute '{Errors.Shorten(name)}'.");
            }
        }).ConfigureAwait(false);
        return new();
    }
}
