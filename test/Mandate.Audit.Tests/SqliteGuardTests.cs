using Mandate.Testing;
using Microsoft.Data.Sqlite;

namespace Mandate.Audit.Tests;

/// <summary>What SQLite alone can be told to refuse, and what happens when its file is full or cut.</summary>
public sealed class SqliteGuardTests
{
    [Fact]
    [Scenario("audit", 13)]
    public async Task Append_StoreIsFull_IsRefusedAndRecoversByItself()
    {
        var pages = 40L;
        await using var fixture = await LedgerFixture.CreateAsync(configure: o => o with { MaximumPages = () => pages });
        var entry = Samples.Entry() with { Metadata = new Dictionary<string, string> { ["ballast"] = new('x', 20_000) } };
        var written = 0;

        await Should.ThrowAsync<AuditUnavailableException>(async () =>
        {
            for (; written < 1_000; written++)
                await fixture.Ledger.AppendAsync(entry);
        });
        await Should.ThrowAsync<AuditUnavailableException>(async () => await fixture.Ledger.AppendAsync(entry));
        (await fixture.Ledger.VerifyAsync("acme")).ShouldSatisfyAllConditions(v => v.IsValid.ShouldBeTrue(), v => v.Checked.ShouldBe(written));

        pages = 10_000;
        var next = await fixture.Ledger.AppendAsync(entry);

        next.Sequence.ShouldBe(written + 1);
        (await fixture.Ledger.VerifyAsync("acme")).ShouldSatisfyAllConditions(v => v.IsValid.ShouldBeTrue(), v => v.Checked.ShouldBe(written + 1));
    }

    [Theory]
    [InlineData("UPDATE event SET hash = x'00'")]
    [InlineData("UPDATE event SET place = place + 1000")]
    [InlineData("DELETE FROM event WHERE place & 0xFF = 3")]
    [InlineData("INSERT OR REPLACE INTO event SELECT place, canonical, x'00' FROM event WHERE place & 0xFF = 2")]
    [InlineData("INSERT OR REPLACE INTO event SELECT place + 2, canonical, hash FROM event WHERE place & 0xFF = 2")]
    [InlineData("INSERT INTO event SELECT place + 9, randomblob(200), hash FROM event WHERE place & 0xFF = 2")]
    [InlineData("REPLACE INTO event SELECT (2 << 40) + 1, canonical, hash FROM event WHERE place & 0xFF = 2")]
    [Scenario("audit", 14)]
    public async Task Database_StatementThatIsNoAppend_IsRefused(string sql)
    {
        await using var fixture = await LedgerFixture.CreateAsync(events: 3);
        using var intruder = new Intruder(fixture.Path, keepGuards: true);

        Should.Throw<SqliteException>(() => intruder.Run(sql)).Message.ShouldContain("append-only");

        (await fixture.Ledger.VerifyAsync("acme")).ShouldSatisfyAllConditions(v => v.IsValid.ShouldBeTrue(), v => v.Checked.ShouldBe(3));
    }

    [Fact]
    public async Task Append_TailWasCutMeanwhile_RefusesToContinueOverTheLoss()
    {
        await using var fixture = await LedgerFixture.CreateAsync(events: 3);
        using var intruder = new Intruder(fixture.Path);
        intruder.Run("DELETE FROM event WHERE place & 0xFF = 3");

        // A failed write makes the writer read anew what is there.
        intruder.Run("CREATE TRIGGER broken BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'broken'); END");
        await Should.ThrowAsync<AuditUnavailableException>(async () => await fixture.Ledger.AppendAsync(Samples.Entry()));
        intruder.Run("DROP TRIGGER broken");

        (await Should.ThrowAsync<AuditStoreException>(async () => await fixture.Ledger.AppendAsync(Samples.Entry()))).Message.ShouldContain("no longer there");
        (await fixture.Ledger.AppendAsync(Samples.Entry("umbrella"))).Sequence.ShouldBe(1, "other ledgers go on");
    }
}
