using Mandate.Audit.Records;
using Mandate.Testing;

namespace Mandate.Audit.Tests;

public sealed class RecordTests
{
    private static readonly AuditActor Alice = new("user", "alice", "192.0.2.7");

    private static readonly AuditChange Change = AuditChange.Update()
        .Value("timeout", "10", "20")
        .Value("url", "https://a.example", "https://a.example")
        .Secret("clientSecret", before: true, after: true)
        .Secret("apiKey", before: false, after: true)
        .Secret("unchanged", before: true, after: true, changed: false);

    private static readonly (AuditRecord Record, string Type, string Action, AuditResource Resource, string[] Metadata)[] Samples =
    [
        (new ExecutionStarted { Tenant = "acme", Actor = Alice, ExecutionId = "order-1", RunId = "r-1", WorkflowType = "Order" }, "execution.start", "start", new("execution", "order-1"), ["runId=r-1", "workflowType=Order"]),
        (new ExecutionStepEnded { Tenant = "acme", Actor = Alice, ExecutionId = "order-1", Step = "ship", Status = "failed", Attempt = 2 }, "execution.step", "run", new("execution", "order-1"), ["attempt=2", "status=failed", "step=ship"]),
        (new ExecutionEnded { Tenant = "acme", Actor = Alice, ExecutionId = "order-1", Status = "completed" }, "execution.end", "end", new("execution", "order-1"), ["status=completed"]),
        (new ExecutionMessaged { Tenant = "acme", Actor = Alice, ExecutionId = "order-1", Message = "signal", Name = "approve" }, "execution.signal", "signal", new("execution", "order-1"), ["name=approve"]),
        (new DefinitionChanged { Tenant = "acme", Actor = Alice, Name = "orders", Change = AuditChange.Creation().Value("steps", null, "3") }, "workflow.create", "create", new("workflow", "orders"), ["steps.after=3"]),
        (new ExecutorChanged { Tenant = "acme", Actor = Alice, Name = "billing", Change = Change }, "executor.update", "update", new("executor", "billing"),
            ["apiKey.after=[redacted]", "clientSecret.after=[redacted]", "clientSecret.before=[redacted]", "timeout.after=20", "timeout.before=10"]),
        (new ConfigurationChanged { Tenant = "acme", Actor = Alice, Kind = "namespace", Name = "acme", Change = AuditChange.Deletion().Value("retention", "3d", null) }, "configuration.delete", "delete", new("namespace", "acme"), ["retention.before=3d"]),
        (new KeyChanged { Tenant = "acme", Actor = Alice, KeyId = "k1", Purpose = "vault", Verb = "rotate" }, "key.rotate", "rotate", new("key", "k1"), ["purpose=vault"]),
        (new KeyChanged { Tenant = "acme", Actor = Alice, KeyId = "k1", Purpose = "vault", Verb = "rewrap", Entries = 17 }, "key.rewrap", "rewrap", new("key", "k1"), ["entries=17", "purpose=vault"]),
        (new ExecutorCalled { Tenant = "acme", Actor = Alice, Name = "billing", Target = "POST https://billing.example/invoices", Status = 201 }, "executor.call", "call", new("executor", "billing"),
            ["attempt=1", "status=201", "target=POST https://billing.example/invoices"]),
        (new TokenRotated { Tenant = "acme", Actor = Alice, Name = "crm", Epoch = 4 }, "token.rotate", "rotate", new("credential", "crm"), ["epoch=4"]),
        (new TokenRedeemed { Tenant = "acme", Actor = Alice, Name = "crm", Epoch = 4, Audience = "crm.example" }, "token.redeem", "redeem", new("credential", "crm"), ["audience=crm.example", "epoch=4"]),
        (new SecretRevealed { Tenant = "acme", Actor = Alice, Name = "crm", Result = AuditResult.Denied, Reason = "no-permission" }, "secret.reveal", "reveal", new("secret", "crm"), ["reason=no-permission"]),
        (new WorkerAuthenticated { Tenant = "acme", Actor = Alice, WorkerId = "w1", Method = "mutual-tls", TaskQueues = "orders" }, "worker.authenticate", "authenticate", new("worker", "w1"), ["method=mutual-tls", "taskQueues=orders"]),
        (new LoginFailed { Tenant = AuditLedger.SystemTenant, Actor = new("anonymous", "", "192.0.2.9"), Service = "rest", Result = AuditResult.Denied, Reason = "token-expired" }, "login.failed", "login", new("service", "rest"), ["reason=token-expired"]),
        (new AccessDenied { Tenant = "acme", Actor = Alice, Attempted = "terminate", ResourceType = "execution", ResourceId = "order-9", Result = AuditResult.Denied, Reason = "not-yours" }, "access.denied", "terminate", new("execution", "order-9"), ["reason=not-yours"]),
        (new EventsRemoved { Tenant = "acme", Actor = Alice, First = 1, Last = 9, Hash = AuditHash.Zero, Root = AuditHash.Zero, Archive = "a.jsonl" }, "audit.remove", "remove", new("audit-ledger", "acme"),
            ["archive=a.jsonl", "first=1", $"hash={AuditHash.Zero}", "last=9", $"root={AuditHash.Zero}"]),
    ];

    [Fact]
    [Scenario("audit", 1)]
    public async Task Append_EveryKindOfRecord_LeavesOneEventThatSaysWhoDidWhatToWhat()
    {
        await using var fixture = await LedgerFixture.CreateAsync();
        foreach (var (record, type, action, resource, metadata) in Samples)
        {
            var written = await fixture.Ledger.AppendAsync(record);

            var read = (await fixture.Ledger.QueryAsync(record.Tenant, new() { Type = type, Limit = 1 })).Events.ShouldHaveSingleItem();
            read.Id.ShouldBe(written.Id);
            read.Entry.Action.ShouldBe(action);
            read.Entry.Resource.ShouldBe(resource);
            read.Entry.Actor.ShouldBe(record.Actor);
            read.Entry.Result.ShouldBe(record.Result);
            read.Entry.Metadata.Select(m => $"{m.Key}={m.Value}").Order(StringComparer.Ordinal).ToArray().ShouldBe(metadata, customMessage: type);
        }

        (await fixture.Ledger.VerifyAsync("acme")).Checked.ShouldBe(Samples.Count(s => s.Record.Tenant == "acme"));
    }

    [Fact]
    [Scenario("audit", 1)]
    public void Samples_AllRecords_AreThere() =>
        typeof(AuditRecord).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(AuditRecord))).Select(t => t.Name)
            .ShouldBe(Samples.Select(s => s.Record.GetType().Name).Distinct(), ignoreOrder: true, "every kind of event is shown to be recorded");
}
