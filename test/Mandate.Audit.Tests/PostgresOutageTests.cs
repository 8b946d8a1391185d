using Mandate.Testing;

namespace Mandate.Audit.Tests;

/// <summary>With a server of its own, as it goes down.</summary>
public sealed class PostgresOutageTests
{
    [Fact]
    [Scenario("audit", 13)]
    public async Task Append_DatabaseDown_IsRefusedAndRecoversByItself()
    {
        var postgres = new PostgresServer();
        await postgres.InitializeAsync();
        try
        {
            await using var fixture = await LedgerFixture.CreateAsync(3, postgres.CreateDatabase());
            await postgres.StopAsync();

            await Should.ThrowAsync<AuditUnavailableException>(() => fixture.Ledger.AppendAsync(Samples.Entry(resource: "refused")));
            await Should.ThrowAsync<AuditUnavailableException>(() => fixture.Ledger.AppendAsync(Samples.Entry(resource: "refused")));
            await postgres.StartAsync();

            (await fixture.Ledger.AppendAsync(Samples.Entry(resource: "back"))).Sequence.ShouldBe(4);
            (await fixture.Ledger.VerifyAsync("acme")).ShouldSatisfyAllConditions(v => v.Damage.ShouldBeNull(), v => v.Checked.ShouldBe(4));
            (await fixture.Ledger.QueryAsync("acme", new() { ResourceId = "refused" })).Events.ShouldBeEmpty();
        }
        finally
        {
            await postgres.DisposeAsync();
        }
    }

    [Fact]
    public async Task Open_ServerThatIsNotThere_SaysWhichAndNotThePassword()
    {
        var error = await Should.ThrowAsync<AuditStoreException>(() => AuditLedger.OpenAsync(new() { ConnectionString = "Host=127.0.0.1;Port=1;Database=audit;Username=svc;Password=hunter2secret;Timeout=5" }));

        error.Message.ShouldContain("127.0.0.1/audit");
        error.ToString().ShouldNotContain("hunter2secret");
    }
}
