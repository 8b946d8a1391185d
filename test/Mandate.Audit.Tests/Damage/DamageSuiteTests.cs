using System.Text.Json.Nodes;
using Mandate.Testing;

namespace Mandate.Audit.Tests;

/// <summary>
/// Every way to damage a ledger, on ledgers in memory that are read as stores are, with a checkpoint in hand; and the independent verifier, which must come to the same verdict.
/// </summary>
public sealed class DamageSuiteTests
{
    private static readonly AuditDamageKind[] Altered = [AuditDamageKind.Edited, AuditDamageKind.Malformed];

    [Fact]
    [Scenario("audit", 7)]
    public void Verify_EveryByteOf200EventsFlippedInTurn_IsDetectedAtItsEvent()
    {
        var rows = MemoryLedger.Create(200, seed: 1);
        var checkpoint = (200L, MemoryLedger.Root(rows));
        var flips = 0;
        foreach (var row in rows.ToList())
        {
            foreach (var bytes in (byte[][])[row.Canonical, row.Hash])
            {
                for (var i = 0; i < bytes.Length; i++)
                {
                    bytes[i] ^= (byte)(1 << (i % 8));
                    // What stands before the flipped event does not change the verdict, so only what is near is looked at again; the first and the last flip of each event see all.
                    var whole = i == 0 || i == bytes.Length - 1;
                    var verification = whole ? MemoryLedger.Verify(rows, checkpoint) : MemoryLedger.Verify(rows.GetRange(0, (int)row.Place));
                    bytes[i] ^= (byte)(1 << (i % 8));
                    if (verification.Damage is not { } damage || damage.Sequence != row.Place || !Altered.Contains(damage.Kind))
                        Assert.Fail($"byte {i} of {bytes.Length} of event {row.Place}: {verification.Damage}");
                    flips++;
                }
            }
        }

        flips.ShouldBeGreaterThan(200 * 200);
        MemoryLedger.Verify(rows, checkpoint).Damage.ShouldBeNull("everything was put back");
    }

    [Fact]
    [Scenario("audit", 7)]
    public async Task Verify_AllDeletionsSwapsDuplicationsAndInsertions_AreDetectedAtTheirPlacesByBothVerifiers()
    {
        var rows = MemoryLedger.Create(24, seed: 2);
        var checkpoint = (24L, MemoryLedger.Root(rows));
        var random = new Random(3);
        using var independent = new IndependentVerifier();
        for (var a = 0; a < rows.Count; a++)
        {
            await Detected("delete", [.. rows.Where((_, i) => i != a)], a + 1, a == rows.Count - 1 ? AuditDamageKind.Truncated : AuditDamageKind.Gap);
            await Detected("delete and close up", MemoryLedger.Renumber(rows.Where((_, i) => i != a)), a + 1, a == rows.Count - 1 ? AuditDamageKind.Truncated : AuditDamageKind.Reordered);
            await Detected("insert an event of its own", MemoryLedger.Renumber(Inserted(a, random)), a + 1, a == rows.Count - 1 ? AuditDamageKind.Rewritten : AuditDamageKind.Inserted);
            await Detected("replace and hash anew", Replaced(a, random), a + 1, a == rows.Count - 1 ? AuditDamageKind.Rewritten : AuditDamageKind.WrongLink);
            for (var b = 0; b < rows.Count; b++)
            {
                await Detected("duplicate", MemoryLedger.Renumber([.. rows.Take(b + 1), rows[a], .. rows.Skip(b + 1)]), a == b ? a + 1 : b + 2, AuditDamageKind.Duplicated, AuditDamageKind.Reordered);
                if (a >= b)
                    continue;
                await Detected("swap", MemoryLedger.Renumber(Swapped(a, b)), a + 1, AuditDamageKind.Reordered);
                await Detected("delete two", [.. rows.Where((_, i) => i != a && i != b)], a + 1, AuditDamageKind.Gap, AuditDamageKind.Truncated);
                await Detected("delete two and close up", MemoryLedger.Renumber(rows.Where((_, i) => i != a && i != b)), a + 1, AuditDamageKind.Reordered, AuditDamageKind.Truncated);
            }
        }

        for (var length = 0; length < rows.Count; length++)
            await Detected("cut", rows[..length], length + 1, AuditDamageKind.Truncated);

        async Task Detected(string what, List<MemoryRow> damaged, long sequence, params AuditDamageKind[] kinds)
        {
            var verification = MemoryLedger.Verify(damaged, checkpoint);
            var damage = verification.Damage.ShouldNotBeNull($"{what}: {sequence}");
            // Nothing but the root contradicts a forged last event, and a root says of no event which it is.
            if (damage.Kind is AuditDamageKind.Rewritten)
                sequence = 1;
            damage.Sequence.ShouldBe(sequence, $"{what}: {damage}");
            kinds.ShouldContain(damage.Kind, $"{what}: {damage}");
            (verification.Head.Sequence < sequence).ShouldBeTrue("only what comes before it counts as intact");
            // The other one has simpler words for what it finds, and may find it one event later.
            var answer = await independent.AskAsync(MemoryLedger.Question(damaged, checkpoint));
            ((bool)answer["ok"]!).ShouldBeFalse($"{what}: {answer}");
            ((long)answer["sequence"]!).ShouldBeInRange(sequence, sequence + 1, $"{what}: {answer}");
        }

        List<MemoryRow> Swapped(int a, int b)
        {
            var swapped = rows.ToList();
            (swapped[a], swapped[b]) = (swapped[b], swapped[a]);
            return swapped;
        }

        // Whole, linked to what comes before it, and hashed: as good as the inserted can be.
        List<MemoryRow> Inserted(int at, Random random)
        {
            var forged = rows[..at];
            var head = at == 0 ? AuditHead.Empty : new AuditHead(at, new(rows[at - 1].Hash));
            MemoryLedger.Append(forged, head, MemoryLedger.Entry(random), random);
            forged.AddRange(rows.Skip(at));
            return forged;
        }

        List<MemoryRow> Replaced(int at, Random random)
        {
            var forged = Inserted(at, random);
            forged.RemoveAt(at + 1);
            return forged;
        }
    }

    [Fact]
    [Scenario("audit", 7)]
    public async Task Verify_RewrittenOrForkedWithFreshHashes_IsDetectedBetweenTheCheckpoints()
    {
        const int size = 60;
        var rows = MemoryLedger.Create(size, seed: 4);
        (long, AuditHash)[] checkpoints = [.. new[] { 10, 20, 30, 40, 50, 60 }.Select(s => ((long)s, MemoryLedger.Root(rows.Take(s))))];
        using var independent = new IndependentVerifier();
        for (var fork = 0; fork < size; fork++)
        {
            // The same beginning, then another history, as long as the first and one event longer.
            var random = new Random(fork);
            var forked = rows[..fork];
            var head = fork == 0 ? AuditHead.Empty : new AuditHead(fork, new(rows[fork - 1].Hash));
            for (var i = fork; i < size + fork % 2; i++)
                head = MemoryLedger.Append(forked, head, MemoryLedger.Entry(random), random);
            MemoryLedger.Verify(forked).Damage.ShouldBeNull("in itself it is consistent");

            var damage = MemoryLedger.Verify(forked, checkpoints).Damage.ShouldNotBeNull();

            damage.Kind.ShouldBe(AuditDamageKind.Rewritten);
            damage.Sequence.ShouldBe(fork / 10 * 10 + 1, "everything up to the checkpoint before is proven, and from there on nothing");
            var answer = await independent.AskAsync(MemoryLedger.Question(forked, checkpoints));
            ((long)answer["sequence"]!).ShouldBe(damage.Sequence);
        }
    }

    [Fact]
    [Scenario("audit", 7)]
    public void Verify_UndamagedLedgersOf100Seeds_RaiseNoAlarm()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var rows = MemoryLedger.Create(1 + seed * 7 % 150, seed);
            (long, AuditHash)[] checkpoints = [.. Enumerable.Range(1, rows.Count).Where(s => s % 13 == 0 || s == rows.Count).Select(s => ((long)s, MemoryLedger.Root(rows.Take(s))))];
            MemoryLedger.Verify(rows, checkpoints).ShouldSatisfyAllConditions(v => v.Damage.ShouldBeNull($"seed {seed}"), v => v.Checked.ShouldBe(rows.Count), v => v.Vouched.ShouldBe(rows.Count));
        }
    }

    [Fact]
    [Scenario("audit", 9)]
    public async Task Verify_10000RandomLedgers_AgreesWithTheIndependentVerifier()
    {
        using var independent = new IndependentVerifier();
        var (intact, damaged) = (0, 0);
        for (var seed = 0; seed < 10_000; seed++)
        {
            var random = new Random(seed);
            var rows = MemoryLedger.Create(random.Next(1, 12), seed);
            var checkpoint = ((long)rows.Count, MemoryLedger.Root(rows));
            if (random.Next(2) == 0)
                Damage(rows, random);

            var ours = MemoryLedger.Verify(rows, checkpoint);
            var theirs = await independent.AskAsync(MemoryLedger.Question(rows, checkpoint));

            ((bool)theirs["ok"]!).ShouldBe(ours.IsValid, $"seed {seed}: {ours.Damage} {theirs}");
            if (ours.Damage is { } damage)
            {
                damaged++;
                // Ours looks at the neighbours, and so may name the event before.
                ((long)theirs["sequence"]!).ShouldBeInRange(damage.Sequence, damage.Sequence + 1, $"seed {seed}: {damage} {theirs}");
            }
            else
            {
                intact++;
                ((string)theirs["root"]!).ShouldBe(ours.Root.ToString());
                ((long)theirs["checked"]!).ShouldBe(ours.Checked);
            }
        }

        intact.ShouldBeGreaterThan(4_000);
        damaged.ShouldBeGreaterThan(4_000);
    }

    private static void Damage(List<MemoryRow> rows, Random random)
    {
        var at = random.Next(rows.Count);
        switch (random.Next(6))
        {
            case 0:
                var bytes = random.Next(4) == 0 ? rows[at].Hash : rows[at].Canonical;
                bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
                break;
            case 1:
                rows.RemoveAt(at);
                break;
            case 2:
                Replace(rows, MemoryLedger.Renumber(rows.Where((_, i) => i != at)));
                break;
            case 3 when rows.Count > 1:
                var other = (at + random.Next(1, rows.Count)) % rows.Count;
                (rows[at], rows[other]) = (rows[other], rows[at]);
                Replace(rows, MemoryLedger.Renumber(rows));
                break;
            case 4:
                rows.Insert(at, rows[random.Next(rows.Count)]);
                Replace(rows, MemoryLedger.Renumber(rows));
                break;
            default:
                Replace(rows, MemoryLedger.Create(rows.Count, random.Next(100_000, 200_000)));
                break;
        }
    }

    private static void Replace(List<MemoryRow> rows, List<MemoryRow> by)
    {
        rows.Clear();
        rows.AddRange(by);
    }
}
