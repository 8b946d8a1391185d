using Google.Protobuf;
using Mandate.Acceptance.Tests.Support;
using Mandate.Audit;
using Mandate.Auditing;
using Mandate.Hosting;
using Mandate.Protocol;
using Mandate.Protocol.Api.OperatorService.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Acceptance.Tests.Edge;

/// <summary>What clients of the gRPC listener change stands in the ledger, before it happens and when it has.</summary>
public sealed class GrpcAuditTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string, IMessage, IMessage, string> Changes() => new()
    {
        { "execution.delete", new DeleteWorkflowExecutionRequest { WorkflowExecution = new() { WorkflowId = "it" } }, new DeleteWorkflowExecutionResponse(), "execution" },
        { "namespace.register", new RegisterNamespaceRequest { Namespace = "it" }, new RegisterNamespaceResponse(), "namespace" },
        { "namespace.update", new UpdateNamespaceRequest { Namespace = "it" }, new UpdateNamespaceResponse(), "namespace" },
        { "search-attributes.add", new AddSearchAttributesRequest { Namespace = "it" }, new AddSearchAttributesResponse(), "namespace" },
        { "search-attributes.remove", new RemoveSearchAttributesRequest { Namespace = "it" }, new RemoveSearchAttributesResponse(), "namespace" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Call_ChangesSomething_IsRecordedBeforeAndAfter(string type, IMessage request, IMessage answer, string resource)
    {
        await using var ledger = await AuditLedger.OpenAsync(new AuditLedgerOptions { Path = _directory.File("ledger.db") }, CancellationToken.None);
        RpcHandler handler = new GrpcAuditStage(ledger, new LedgerHealth()).Wrap(_ => Task.FromResult(answer));

        await handler.CallAsync<IMessage>(request);

        var events = (await ledger.QueryAsync(AuditLedger.SystemTenant, new AuditQuery { OldestFirst = true })).Events.Select(e => e.Entry).ToList();
        events.Select(e => e.Type).ShouldBe([$"{type}.requested", type]);
        events.ShouldAllBe(e => e.Resource.Type == resource && e.Resource.Id == "it");
    }

    public void Dispose() => _directory.Dispose();
}
