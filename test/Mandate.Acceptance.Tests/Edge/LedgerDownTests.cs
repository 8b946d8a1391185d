using System.Net;
using Mandate.Acceptance.Tests.Support;
using Mandate.Acceptance.Tests.Workflows;
using Mandate.Testing;
using Microsoft.Data.Sqlite;

namespace Mandate.Acceptance.Tests.Edge;

/// <summary>Nothing is done that cannot be recorded.</summary>
public sealed class LedgerDownTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    [Fact]
    [Scenario("audit", 13)]
    public async Task Start_LedgerCannotBeWritten_IsRefusedNothingStartsAndItRecoversByItself()
    {
        var workflowId = $"unrecorded-{Guid.NewGuid():N}";
        using var rest = fixture.As("alice", "acme");
        using var anonymous = fixture.WithToken(null);
        await using (var holder = new SqliteConnection($"Data Source={Path.Combine(fixture.Directory.File("data"), "audit", "ledger.db")};Pooling=False"))
        {
            // Another writer holds the file: what the service wants to append cannot become durable.
            await holder.OpenAsync();
            await using var hold = holder.BeginTransaction(deferred: false);

            var start = rest.PostAsync("/v1/executions", new { workflowType = EchoWorkflow.TypeName, workflowId, input = "x" });
            var refusal = anonymous.GetAsync("/v1/audit-events");

            Expect.Problem(await start, HttpStatusCode.ServiceUnavailable, "audit-unavailable");
            Expect.Problem(await refusal, HttpStatusCode.ServiceUnavailable, "audit-unavailable");
            var (status, health) = await anonymous.GetAsync("/health/ready");
            status.ShouldBe(HttpStatusCode.ServiceUnavailable);
            health.GetProperty("checks").GetProperty("auditLedger").GetString().ShouldBe("unavailable");
            health.GetProperty("checks").GetProperty("workflows").GetString().ShouldBe("ok");
            (await anonymous.GetAsync("/health/live")).Status.ShouldBe(HttpStatusCode.OK);
        }

        await using var engine = fixture.Engine();
        (await engine.HasExecutionAsync(workflowId)).ShouldBeFalse();
        (await anonymous.GetAsync("/health/ready")).Status.ShouldBe(HttpStatusCode.OK);
        (await rest.PostAsync("/v1/executions", new { workflowType = EchoWorkflow.TypeName, workflowId, input = "x" })).Status.ShouldBe(HttpStatusCode.Created);
    }
}
