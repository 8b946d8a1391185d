using Mandate.Testing;
using Npgsql;

namespace Mandate.Audit.Tests;

/// <summary>What the roles may do, and what nobody may.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresAccessTests(PostgresServer postgres)
{
    public static TheoryData<string, string> Refused()
    {
        string[] statements =
        [
            "DELETE FROM mandate_audit.event",
            "UPDATE mandate_audit.event SET hash = '\\x00'",
            "TRUNCATE mandate_audit.event",
            "DROP TABLE mandate_audit.event",
            "DROP TRIGGER event_is_never_changed ON mandate_audit.event",
            "ALTER TABLE mandate_audit.event DISABLE TRIGGER ALL",
            "UPDATE mandate_audit.ledger SET sequence = 1",
            "DELETE FROM mandate_audit.checkpoint",
            "UPDATE mandate_audit.removed SET up_to = 2",
            "SELECT mandate_audit.remove_events(1, 2, '\\x', '\\x')",
            "SET mandate_audit.removing = 'on'; DELETE FROM mandate_audit.event",
            "INSERT INTO mandate_audit.event SELECT ledger, sequence + 5, time, canonical, hash, terms FROM mandate_audit.event WHERE sequence = 3",
            "INSERT INTO mandate_audit.event SELECT * FROM mandate_audit.event WHERE sequence = 3",
        ];
        var data = new TheoryData<string, string>();
        foreach (var statement in statements)
        {
            data.Add("mandate_audit_reader", statement);
            data.Add("mandate_audit_writer", statement);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Refused))]
    [Scenario("audit", 14)]
    public async Task Role_AnythingThatIsNoAppend_IsRefused(string role, string sql)
    {
        var database = postgres.CreateDatabase();
        await using var fixture = await LedgerFixture.CreateAsync(3, database);

        Should.Throw<PostgresException>(() => Run(database, $"SET ROLE {role}; {sql}")).SqlState.ShouldBeOneOf("42501", "23505");

        (await fixture.Ledger.VerifyAsync("acme")).ShouldSatisfyAllConditions(v => v.Damage.ShouldBeNull(), v => v.Checked.ShouldBe(3));
    }

    [Theory]
    [Scenario("audit", 14)]
    [InlineData("DELETE FROM mandate_audit.event WHERE sequence = 2")]
    [InlineData("UPDATE mandate_audit.event SET hash = '\\x00'")]
    [InlineData("TRUNCATE mandate_audit.event")]
    [InlineData("TRUNCATE mandate_audit.event_2026_03")]
    [InlineData("DELETE FROM mandate_audit.event_2026_03")]
    [InlineData("INSERT INTO mandate_audit.event SELECT ledger, sequence + 5, time, canonical, hash, terms FROM mandate_audit.event WHERE sequence = 3")]
    public async Task Owner_StatementThatIsNoAppend_IsRefusedByTriggers(string sql)
    {
        var database = postgres.CreateDatabase();
        await using var fixture = await LedgerFixture.CreateAsync(3, database);

        Should.Throw<PostgresException>(() => Run(database, sql)).Message.ShouldContain("append-only");

        (await fixture.Ledger.VerifyAsync("acme")).Checked.ShouldBe(3);
    }

    [Fact]
    [Scenario("audit", 7)]
    public async Task Verify_OwnerWhoTurnsTriggersOff_IsFoundOut()
    {
        var database = postgres.CreateDatabase();
        await using var fixture = await LedgerFixture.CreateAsync(5, database);
        Run(database, "ALTER TABLE mandate_audit.event DISABLE TRIGGER ALL; UPDATE mandate_audit.event SET canonical = overlay(canonical placing '\\x41'::bytea from 70) WHERE sequence = 3");
        (await fixture.Ledger.VerifyAsync("acme")).Damage.ShouldNotBeNull().ShouldSatisfyAllConditions(d => d.Kind.ShouldBe(AuditDamageKind.Edited), d => d.Sequence.ShouldBe(3));

        Run(database, "ALTER TABLE mandate_audit.event DISABLE TRIGGER ALL; DELETE FROM mandate_audit.event WHERE sequence = 2");
        (await fixture.Ledger.VerifyAsync("acme")).Damage.ShouldNotBeNull().ShouldSatisfyAllConditions(d => d.Kind.ShouldBe(AuditDamageKind.Gap), d => d.Sequence.ShouldBe(2));

        Run(database, "ALTER TABLE mandate_audit.event DISABLE TRIGGER ALL; DELETE FROM mandate_audit.event WHERE sequence >= 2");
        (await fixture.Ledger.VerifyAsync("acme")).Damage.ShouldNotBeNull().ShouldSatisfyAllConditions(d => d.Kind.ShouldBe(AuditDamageKind.Truncated), d => d.Sequence.ShouldBe(2));
    }

    [Fact]
    public async Task Open_LoginThatIsOnlyAWriter_AppendsAndSearches()
    {
        var database = postgres.CreateDatabase();
        await using (await LedgerFixture.CreateAsync(1, database))
        {
        }

        Run(database, "CREATE ROLE service_login LOGIN IN ROLE mandate_audit_writer, mandate_audit_reader");
        await using var ledger = await AuditLedger.OpenAsync(new() { ConnectionString = new NpgsqlConnectionStringBuilder(database) { Username = "service_login" }.ToString() });

        (await ledger.AppendAsync(Samples.Entry())).Sequence.ShouldBe(2);
        (await ledger.QueryAsync("acme", new())).Events.Count.ShouldBe(2);
    }

    private static void Run(string database, string sql)
    {
        using var connection = new NpgsqlConnection(database + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
