using Mandate.Testing;

namespace Mandate.Audit.Tests;

public abstract class ConcurrencyTests(PostgresServer? postgres) : LedgerTests(postgres)
{
    [Fact]
    public async Task Append_64Writers_MakeOneUnbrokenChain()
    {
        await using var fixture = await CreateAsync();

        var written = await Task.WhenAll(Enumerable.Range(0, 64).Select(writer => Task.Run(async () =>
        {
            var mine = new List<AuditEvent>();
            for (var i = 0; i < 150; i++)
                mine.Add(await fixture.Ledger.AppendAsync(Samples.Entry(resource: $"{writer}/{i}")));
            return mine;
        })));

        var all = written.SelectMany(w => w).OrderBy(e => e.Sequence).ToList();
        all.Select(e => e.Sequence).ShouldBe(Enumerable.Range(1, 64 * 150).Select(i => (long)i));
        all.Zip(all.Skip(1)).ShouldAllBe(pair => pair.Second.PreviousHash == pair.First.Hash);
        foreach (var mine in written)
            mine.Select(e => e.Sequence).ShouldBeInOrder(SortDirection.Ascending);
        var verification = await fixture.Ledger.VerifyAsync("acme");
        verification.IsValid.ShouldBeTrue();
        verification.Head.ShouldBe(new(64 * 150, all[^1].Hash));
    }

    [Fact]
    public async Task Verify_WhileWritersAppend_IsAlwaysValidAndNeverBehind()
    {
        await using var fixture = await CreateAsync();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 400; i++)
                await fixture.Ledger.AppendAsync(Samples.Entry());
        });

        while (!writing.IsCompleted)
            (await fixture.Ledger.VerifyAsync("acme")).Damage.ShouldBeNull();

        await writing;
        (await fixture.Ledger.VerifyAsync("acme")).Checked.ShouldBe(400);
    }

    [Fact]
    [Scenario("audit", 6)]
    public async Task Append_64WritersOf10000EventsEach_MakeOneUnbrokenChainWithoutGapOrFork()
    {
        await using var fixture = await CreateAsync();

        await Task.WhenAll(Enumerable.Range(0, 64).Select(writer => Task.Run(async () =>
        {
            var entry = Samples.Entry(resource: $"writer-{writer}");
            for (var i = 0; i < 10_000; i++)
                await fixture.Ledger.AppendAsync(entry);
        })));

        (await fixture.Ledger.VerifyAsync("acme")).ShouldSatisfyAllConditions(v => v.Damage.ShouldBeNull(), v => v.Checked.ShouldBe(640_000), v => v.Head.Sequence.ShouldBe(640_000));
    }
}
