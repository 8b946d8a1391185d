using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Changes what a namespace says of itself and how long it keeps closed runs. Fields that are unset stay; data entries are added or replaced.</summary>
internal sealed class UpdateNamespace(EngineCore core) : Endpoint<UpdateNamespaceRequest, UpdateNamespaceResponse>(core)
{
    protected override async Task<UpdateNamespaceResponse> HandleAsync(UpdateNamespaceRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        var info = request.UpdateInfo;
        if (info is not null)
        {
            NamespaceRequests.Texts(info.Description, info.OwnerEmail, info.Data, Limits);
            Check.That(
                info.State is NamespaceState.Unspecified or NamespaceState.Registered,
                "The state of a namespace cannot be changed here: this engine has registered namespaces only.");
        }

        var retention = request.Config?.WorkflowExecutionRetentionTtl is { } ttl ? NamespaceRequests.Retention(ttl) : null;
        await Core.Namespaces.UpdateAsync(ns, record =>
        {
            if (info is { Description.Length: > 0 })
                record.Description = info.Description;
            if (info is { OwnerEmail.Length: > 0 })
                record.OwnerEmail = info.OwnerEmail;
            foreach (var (key, value) in info?.Data ?? [])
                record.Data[key] = value;
            if (retention is not null)
                record.Retention = retention;
        }).ConfigureAwait(false);
        var described = DescribeNamespace.Describe(Core, ns);
        return new() { NamespaceInfo = described.NamespaceInfo, Config = described.Config, ReplicationConfig = described.ReplicationConfig };
    }
}
