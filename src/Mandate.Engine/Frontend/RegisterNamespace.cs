using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.Storage.Records;
using Mandate.Protocol;
using Mandate.Protocol.Api.ErrorDetails.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Registers a namespace; it can be used as soon as this is answered.</summary>
internal sealed class RegisterNamespace(EngineCore core) : Endpoint<RegisterNamespaceRequest, RegisterNamespaceResponse>(core)
{
    protected override async Task<RegisterNamespaceResponse> HandleAsync(RegisterNamespaceRequest request, RpcCall call)
    {
        var name = Check.Name(request.Namespace, "namespace", Limits);
        NamespaceRequests.Texts(request.Description, request.OwnerEmail, request.Data, Limits);
        Check.That(!request.IsGlobalNamespace, "This engine is one cluster: it has no global namespaces. Register it with is_global_namespace unset.");
        var record = new NamespaceRecord
        {
            Description = request.Description,
            OwnerEmail = request.OwnerEmail,
            Retention = request.WorkflowExecutionRetentionPeriod is { } retention
                ? NamespaceRequests.Retention(retention)
                : Duration.FromTimeSpan(Core.Options.Retention),
        };
        record.Data.Add(request.Data);
        if (!await Core.Namespaces.TryRegisterAsync(name, record).ConfigureAwait(false))
            throw new RpcException(RpcStatusCode.AlreadyExists, $"Namespace '{Errors.Shorten(name)}' exists already.", new NamespaceAlreadyExistsFailure());
        return new();
    }
}
