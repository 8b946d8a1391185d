using Mandate.Audit.Checkpoints;
using Mandate.Testing;

namespace Mandate.Audit.Tests;

/// <summary>Somebody changes the database behind the ledger's back: every change must show, at its place, as what it is.</summary>
public sealed class DamageTests
{
    private const int Events = 6;

    [Fact]
    [Scenario("audit", 7)]
    public async Task Verify_EachByteOfAStoredEventFlippedInTurn_IsDetectedAtItsPlace()
    {
        await using var fixture = await LedgerFixture.CreateAsync(Events);
        using var intruder = new Intruder(fixture.Path);
        const int sequence = 4;
        foreach (var column in (string[])["canonical", "hash"])
        {
            var bytes = intruder.Read<byte[]>($"SELECT {column} FROM event WHERE place = $1", Place(sequence));
            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] ^= (byte)(1 << (i % 8));
                intruder.Run($"UPDATE event SET {column} = $1 WHERE place = $2", bytes, Place(sequence));
                var damage = (await fixture.Ledger.VerifyAsync("acme")).Damage.ShouldNotBeNull($"byte {i} of {column}");
                damage.Sequence.ShouldBe(sequence, $"byte {i} of {column}: {damage.Message}");
                damage.Kind.ShouldBeOneOf(AuditDamageKind.Edited, AuditDamageKind.Malformed);
                bytes[i] ^= (byte)(1 << (i % 8));
            }

            intruder.Run($"UPDATE event SET {column} = $1 WHERE place = $2", bytes, Place(sequence));
        }

        (await fixture.Ledger.VerifyAsync("acme")).IsValid.ShouldBeTrue("everything was put back");
    }

    [Fact]
    [Scenario("audit", 7)]
    public async Task Verify_EachEventDeletedInTurn_IsAGapOrACutTail()
    {
        for (var sequence = 1; sequence <= Events; sequence++)
        {
            await using var fixture = await LedgerFixture.CreateAsync(Events);
            using var intruder = new Intruder(fixture.Path);
            intruder.Run("DELETE FROM event WHERE place = $1", Place(sequence));

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
        intruder.Run("DELETE FROM event WHERE place = $1", Place(3));
        intruder.Run("UPDATE event SET place = place - 1 WHERE place > $1", Place(3));

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
        intruder.Run("UPDATE event SET place = -place WHERE place IN ($1, $2)", Place(a), Place(b));
        intruder.Run("UPDATE event SET place = $1 + $2 + place WHERE place IN (-$1, -$2)", Place(a), Place(b));

        (await fixture.Ledger.VerifyAsync("acme")).Damage.ShouldBe(
            new(a, AuditDamageKind.Reordered, $"In the place of event {a} stands the one recorded as event {b}."));
    }

    [Fact]
    [Scenario("audit", 7)]
    public async Task Verify_EventDuplicated_IsNamed()
    {
        await using var fixture = await LedgerFixture.CreateAsync(Events);
        using var intruder = new Intruder(fixture.Path);
        MoveUp(intruder, 5);
        intruder.Run("INSERT INTO event SELECT place + 1, canonical, hash FROM event WHERE place = $1", Place(4));

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
        MoveUp(intruder, 3);
        // Other first two events and a third one: whole, and with a valid hash of its own.
        await forge.Ledger.AppendAsync(Samples.Entry(actor: "mallory"));
        await forge.CloseAsync();
        intruder.Run("ATTACH $1 AS forge", forge.Path);
        intruder.Run("INSERT INTO main.event SELECT place, canonical, hash FROM forge.event WHERE place = $1", Place(3));

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
        damage.Sequence.ShouldBe(1, "nothing vouches for any of them");
    }

    [Fact]
    [Scenario("audit", 7)]
    public async Task Verify_TailCutAndReopened_ShowsAgainstAKnownHead()
    {
        await using var fixture = await LedgerFixture.CreateAsync(Events);
        var known = (await fixture.Ledger.VerifyAsync("acme")).Head;
        using (var intruder = new Intruder(fixture.Path))
            intruder.Run("DELETE FROM event WHERE place > $1", Place(4));
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
        intruder.Run("UPDATE event SET place = place + (1 << 40) WHERE place = $1", Place(4));

        (await fixture.Ledger.VerifyAsync("acme")).Damage!.ShouldSatisfyAllConditions(d => d.Kind.ShouldBe(AuditDamageKind.Gap), d => d.Sequence.ShouldBe(4));
        (await fixture.Ledger.VerifyAsync("umbrella")).Damage!.ShouldSatisfyAllConditions(d => d.Kind.ShouldBe(AuditDamageKind.Malformed), d => d.Sequence.ShouldBe(4));
    }

    [Fact]
    public async Task Verify_UpToBeforeTheDamage_IsValid()
    {
        await using var fixture = await LedgerFixture.CreateAsync(Events);
        using var intruder = new Intruder(fixture.Path);
        intruder.Run("UPDATE event SET canonical = zeroblob(300) WHERE place = $1", Place(5));

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
            for (var page = pages / 2; page < pages - 4; page++)
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
        intruder.Run("UPDATE event SET canonical = substr(canonical, 1, 90) WHERE place = $1", Place(2));

        (await Should.ThrowAsync<AuditStoreException>(() => fixture.Ledger.QueryAsync("acme", new()))).Message.ShouldContain("Event 2");
    }

    [Fact]
    [Scenario("audit", 7)]
    public async Task Checkpoint_OfADamagedLedger_IsNotMade()
    {
        using var signer = AuditCheckpointSigner.Create("audit.example");
        await using var fixture = await LedgerFixture.CreateAsync(5, configure: CheckpointTests.With(signer));
        using var intruder = new Intruder(fixture.Path);
        intruder.Run("UPDATE event SET canonical = zeroblob(300) WHERE place & 0xFF = 3");

        (await Should.ThrowAsync<AuditStoreException>(() => fixture.Ledger.CheckpointAsync("acme"))).Message.ShouldContain("Event 3");
    }

    [Fact]
    [Scenario("audit", 12)]
    public async Task Verify_RemovedEventPutBack_IsDetected()
    {
        using var signer = AuditCheckpointSigner.Create("audit.example");
        await using var fixture = await LedgerFixture.CreateAsync(5, configure: CheckpointTests.With(signer));
        using var intruder = new Intruder(fixture.Path);
        intruder.Run("CREATE TABLE kept AS SELECT * FROM event WHERE place = $1", Place(3));
        intruder.Run("CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END");
        await fixture.Ledger.CheckpointAsync("acme");
        fixture.Clock.Advance(TimeSpan.FromDays(2));
        (await fixture.Ledger.RemoveAsync("acme", fixture.Clock.GetUtcNow(), fixture.File("archive"), new("user", "olga")))!.Last.ShouldBe(5);
        (await fixture.Ledger.VerifyAsync("acme")).Damage.ShouldBeNull();
        intruder.Run("INSERT INTO event SELECT * FROM kept");

        (await fixture.Ledger.VerifyAsync("acme")).ShouldSatisfyAllConditions(
            v => v.Damage!.Kind.ShouldBe(AuditDamageKind.Duplicated), v => v.Damage!.Sequence.ShouldBe(3), v => v.Checked.ShouldBe(0));
    }

    /// <summary>Key of an event of the first ledger of a file.</summary>
    private static long Place(long sequence) => (1L << 40) + sequence;

    private static void MoveUp(Intruder intruder, long from)
    {
        intruder.Run("UPDATE event SET place = -place WHERE place >= $1", Place(from));
        intruder.Run("UPDATE event SET place = 1 - place WHERE place < 0");
    }
}
