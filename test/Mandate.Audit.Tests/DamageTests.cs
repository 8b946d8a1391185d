using Mandate.Testing;

namespace Mandate.Audit.Tests;

/// <summary>Somebody changes the database behind the ledger's back: every change must show, at its place, as what it is.</summary>
public sealed class DamageTests
{
    private const int Events = 6;

    [Fact]
    [Scenario("audit", 7)]
    public async Task Verify_EachByteOfEachStoredColumnFlippedInTurn_IsDetectedAtItsPlace()
    {
        await using var fixture = await LedgerFixture.CreateAsync(Events);
        using var intruder = new Intruder(fixture.Path);
        string[] texts = ["tenant", "type", "action", "result", "resource_type", "resource_id", "actor_type", "actor_id", "actor_address"];
        string[] blobs = ["event_id", "context", "metadata", "previous_hash", "hash"];
        string[] integers = ["sequence", "format", "time"];
        var flips = 0;

        for (var sequence = 1; sequence <= Events; sequence++)
        {
            var row = intruder.Read<long>("SELECT id FROM event WHERE sequence = $1", sequence);
            foreach (var column in texts.Concat(blobs))
            {
                var type = texts.Contains(column) ? "TEXT" : "BLOB";
                var bytes = intruder.Read<byte[]>($"SELECT CAST({column} AS BLOB) FROM event WHERE id = $1", row);
                for (var i = 0; i < bytes.Length; i++)
                {
                    bytes[i] ^= (byte)(1 << (i % 8));
                    intruder.Run($"UPDATE event SET {column} = CAST($1 AS {type}) WHERE id = $2", bytes, row);
                    await ShouldShowAsync(sequence, $"byte {i} of {column}");
                    bytes[i] ^= (byte)(1 << (i % 8));
                }

                intruder.Run($"UPDATE event SET {column} = CAST($1 AS {type}) WHERE id = $2", bytes, row);
            }

            foreach (var column in integers)
            {
                var value = intruder.Read<long>($"SELECT {column} FROM event WHERE id = $1", row);
                for (var bit = 0; bit < 64; bit++)
                {
                    intruder.Run($"UPDATE event SET {column} = $1 WHERE id = $2", value ^ (1L << bit), row);
                    await ShouldShowAsync(sequence, $"bit {bit} of {column}", atMost: column == "sequence");
                }

                intruder.Run($"UPDATE event SET {column} = $1 WHERE id = $2", value, row);
            }
        }

        flips.ShouldBeGreaterThan(Events * 200);
        (await fixture.Ledger.VerifyAsync("acme")).IsValid.ShouldBeTrue("everything was put back");

        async Task ShouldShowAsync(int sequence, string what, bool atMost = false)
        {
            flips++;
            var verification = await fixture.Ledger.VerifyAsync("acme", upTo: Events);
            verification.IsValid.ShouldBeFalse($"{what} of event {sequence}");
            // An event under another number shows at the lower one of both.
            if (atMost)
                verification.Checked.ShouldBeLessThan(Events);
            else
                verification.Damage!.Sequence.ShouldBe(sequence, $"{what}: {verification.Damage.Message}");
        }
    }

    [Fact]
    [Scenario("audit", 7)]
    public async Task Verify_EachEventDeletedInTurn_IsAGapOrACutTail()
    {
        for (var sequence = 1; sequence <= Events; sequence++)
        {
            await using var fixture = await LedgerFixture.CreateAsync(Events);
            using var intruder = new Intruder(fixture.Path);
            intruder.Run("DELETE FROM event WHERE sequence = $1", sequence);

            var verification = await fixture.Ledger.VerifyAsync("acme");

            verification.Damage.ShouldNotBeNull();
            verification.Damage.Sequence.ShouldBe(sequence);
            verification.Damage.Kind.ShouldBe(sequence == Events ? AuditDamageKind.Truncated : AuditDamageKind.Gap);
            verification.Checked.ShouldBe(sequence - 1);
        }
    }

    [Fact]
    [Scenario("audit", 7)]
    public async Task Verify_DeletedAndClosedUp_IsReorderedAtTheGap()
    {
        await using var fixture = await LedgerFixture.CreateAsync(Events);
        using var intruder = new Intruder(fixture.Path);
        intruder.Run("DELETE FROM event WHERE sequence = 3");
        intruder.Run("UPDATE event SET sequence = sequence - 1 WHERE sequence > 3");

        (await fixture.Ledger.VerifyAsync("acme")).Damage.ShouldBe(
            new(3, AuditDamageKind.Reordered, "In the place of event 3 stands the one recorded as event 4."));
    }

    public static TheoryData<int, int> Pairs()
    {
        var pairs = new TheoryData<int, int>();
        for (var a = 1; a <= Events; a++)
        {
            for (var b = a + 1; b <= Events; b++)
                pairs.Add(a, b);
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    [Scenario("audit", 7)]
    public async Task Verify_TwoEventsSwapped_IsReorderedAtTheFirst(int a, int b)
    {
        await using var fixture = await LedgerFixture.CreateAsync(Events);
        using var intruder = new Intruder(fixture.Path);
        intruder.Run("UPDATE event SET sequence = $1 + $2 - sequence WHERE sequence IN ($1, $2)", a, b);

        (await fixture.Ledger.VerifyAsync("acme")).Damage.ShouldBe(
            new(a, AuditDamageKind.Reordered, $"In the place of event {a} stands the one recorded as event {b}."));
    }

    [Fact]
    [Scenario("audit", 7)]
    public async Task Verify_EventDuplicated_IsNamed()
    {
        await using var fixture = await LedgerFixture.CreateAsync(Events);
        using var intruder = new Intruder(fixture.Path);
        intruder.Run($"INSERT INTO event SELECT NULL, {Columns("sequence")} FROM event WHERE sequence = 4");

        (await fixture.Ledger.VerifyAsync("acme")).Damage.ShouldNotBeNull().ShouldSatisfyAllConditions(
            d => d.Kind.ShouldBe(AuditDamageKind.Duplicated),
            d => d.Sequence.ShouldBe(4));
    }

    [Fact]
    [Scenario("audit", 7)]
    public async Task Verify_EventInsertedWithAGoodHash_ShowsAtTheOneItDisplaced()
    {
        await using var fixture = await LedgerFixture.CreateAsync(Events);
        await using var forge = await LedgerFixture.CreateAsync(2);
        using var intruder = new Intruder(fixture.Path);
        intruder.Run("UPDATE event SET sequence = sequence + 1 WHERE sequence >= 3");
        // The same first two events and a third one: whole, and with a valid hash of its own.
        await forge.Ledger.AppendAsync(Samples.Entry(actor: "mallory"));
        await forge.CloseAsync();
        intruder.Run("ATTACH $1 AS forge", forge.Path);
        intruder.Run($"INSERT INTO main.event SELECT NULL, {Columns("sequence")} FROM forge.event WHERE sequence = 3");

        var damage = (await fixture.Ledger.VerifyAsync("acme")).Damage.ShouldNotBeNull();

        damage.Sequence.ShouldBe(3);
        damage.Kind.ShouldBe(AuditDamageKind.WrongLink);
    }

    [Fact]
    [Scenario("audit", 7)]
    public async Task Verify_ChainRewrittenWithFreshHashes_ShowsAgainstAKnownHead()
    {
        await using var fixture = await LedgerFixture.CreateAsync(Events);
        var known = (await fixture.Ledger.VerifyAsync("acme", upTo: 4)).Head;
        known.Sequence.ShouldBe(4);
        await fixture.CloseAsync();
        // The whole history told again, consistent in itself, without alice.
        File.Delete(fixture.Path);
        await fixture.OpenAsync();
        for (var i = 1; i <= Events; i++)
            await fixture.Ledger.AppendAsync(Samples.Entry(resource: $"order-{i}", actor: "nobody"));

        (await fixture.Ledger.VerifyAsync("acme")).IsValid.ShouldBeTrue("without a head from outside nothing contradicts it");
        var damage = (await fixture.Ledger.VerifyAsync("acme", known: known)).Damage.ShouldNotBeNull();

        damage.Kind.ShouldBe(AuditDamageKind.Rewritten);
        damage.Sequence.ShouldBe(4);
    }

    [Fact]
    [Scenario("audit", 7)]
    public async Task Verify_TailCutAndReopened_ShowsAgainstAKnownHead()
    {
        await using var fixture = await LedgerFixture.CreateAsync(Events);
        var known = (await fixture.Ledger.VerifyAsync("acme")).Head;
        using (var intruder = new Intruder(fixture.Path))
            intruder.Run("DELETE FROM event WHERE sequence > 4");
        await fixture.ReopenAsync();

        (await fixture.Ledger.VerifyAsync("acme")).Checked.ShouldBe(4);
        (await fixture.Ledger.VerifyAsync("acme", known: known)).Damage.ShouldNotBeNull().ShouldSatisfyAllConditions(
            d => d.Kind.ShouldBe(AuditDamageKind.Truncated),
            d => d.Sequence.ShouldBe(5));
    }

    [Fact]
    public async Task Verify_KnownHeadOfThisLedger_IsValid()
    {
        await using var fixture = await LedgerFixture.CreateAsync(Events);
        var known = (await fixture.Ledger.VerifyAsync("acme", upTo: 4)).Head;
        await fixture.Ledger.AppendAsync(Samples.Entry());

        (await fixture.Ledger.VerifyAsync("acme", known: known)).ShouldSatisfyAllConditions(v => v.IsValid.ShouldBeTrue(), v => v.Checked.ShouldBe(Events + 1));
    }

    [Fact]
    public async Task Verify_EventMovedToAnotherTenant_ShowsInBoth()
    {
        await using var fixture = await LedgerFixture.CreateAsync(Events);
        for (var i = 0; i < 3; i++)
            await fixture.Ledger.AppendAsync(Samples.Entry("umbrella"));
        using var intruder = new Intruder(fixture.Path);
        intruder.Run("UPDATE event SET tenant = 'umbrella' WHERE tenant = 'acme' AND sequence = 4");

        (await fixture.Ledger.VerifyAsync("acme")).Damage!.ShouldSatisfyAllConditions(d => d.Kind.ShouldBe(AuditDamageKind.Gap), d => d.Sequence.ShouldBe(4));
        (await fixture.Ledger.VerifyAsync("umbrella")).Damage!.ShouldSatisfyAllConditions(d => d.Kind.ShouldBe(AuditDamageKind.Edited), d => d.Sequence.ShouldBe(4));
    }

    [Fact]
    public async Task Verify_UpToBeforeTheDamage_IsValid()
    {
        await using var fixture = await LedgerFixture.CreateAsync(Events);
        using var intruder = new Intruder(fixture.Path);
        intruder.Run("UPDATE event SET actor_id = 'mallory' WHERE sequence = 5");

        (await fixture.Ledger.VerifyAsync("acme", upTo: 4)).ShouldSatisfyAllConditions(v => v.IsValid.ShouldBeTrue(), v => v.Checked.ShouldBe(4));
        (await fixture.Ledger.VerifyAsync("acme", upTo: 5)).IsValid.ShouldBeFalse();
    }

    [Fact]
    public async Task Verify_PageOfTheFileOverwritten_IsUnreadableOrNamed()
    {
        await using var fixture = await LedgerFixture.CreateAsync(300);
        await fixture.CloseAsync();
        await using (var file = new FileStream(fixture.Path, FileMode.Open, FileAccess.ReadWrite))
        {
            var pages = file.Length / 4096;
            for (var page = 8; page < pages - 8; page++)
            {
                file.Position = page * 4096;
                await file.WriteAsync(new byte[4096]);
            }
        }

        await fixture.OpenAsync();
        var verification = await fixture.Ledger.VerifyAsync("acme");

        verification.IsValid.ShouldBeFalse();
        verification.Damage!.Kind.ShouldBe(AuditDamageKind.Unreadable);
    }

    [Fact]
    public async Task Verify_EmptyLedger_IsValid() =>
        await Task.Run(async () =>
        {
            await using var fixture = await LedgerFixture.CreateAsync();
            (await fixture.Ledger.VerifyAsync("nobody")).ShouldSatisfyAllConditions(v => v.IsValid.ShouldBeTrue(), v => v.Head.ShouldBe(AuditHead.Empty));
        });

    [Fact]
    public async Task Query_EventThatCannotBeRead_SaysSo()
    {
        await using var fixture = await LedgerFixture.CreateAsync(Events);
        using var intruder = new Intruder(fixture.Path);
        intruder.Run("UPDATE event SET context = x'FFFFFFFF' WHERE sequence = 2");

        (await Should.ThrowAsync<AuditStoreException>(() => fixture.Ledger.QueryAsync("acme", new()))).Message.ShouldContain("Event 2");
    }

    private static string Columns(string sequence) =>
        $"tenant, {sequence}, format, event_id, time, type, action, result, resource_type, resource_id, actor_type, actor_id, actor_address, context, metadata, previous_hash, hash";
}
