using Mandate.Engine.History;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>A namespace by name or id, with what it offers.</summary>
internal sealed class DescribeNamespace(EngineCore core) : Endpoint<DescribeNamespaceRequest, DescribeNamespaceResponse>(core)
{
    public static DescribeNamespaceResponse Describe(EngineCore core, NamespaceEntry entry)
    {
        var record = entry.Record;
        var response = new DescribeNamespaceResponse
        {
            NamespaceInfo = new()
            {
                Name = entry.Name,
                Id = entry.Id,
                State = (NamespaceState)record.State,
                Description = record.Description,
                OwnerEmail = record.OwnerEmail,
                Capabilities = new() { SyncUpdate = true, AsyncUpdate = true, WorkerPollCompleteOnShutdown = true, EagerWorkflowStart = true },
                Limits = new() { BlobSizeLimitError = core.Limits.MaxBlobBytes, MemoSizeLimitError = core.Limits.MaxMemoBytes },
            },
            Config = new() { WorkflowExecutionRetentionTtl = record.Retention },
            ReplicationConfig = new() { ActiveClusterName = "mandate" },
        };
        response.NamespaceInfo.Data.Add(record.Data);
        return response;
    }

    protected override Task<DescribeNamespaceResponse> HandleAsync(DescribeNamespaceRequest request, RpcCall call)
    {
        var entry = request.Id.Length > 0 && request.Namespace.Length == 0
            ? Core.Namespaces.ById(request.Id) ?? throw Errors.NamespaceNotFound(Errors.Shorten(request.Id))
            : Core.Namespaces.Get(request.Namespace);
        return Task.FromResult(Describe(Core, entry));
    }
}
