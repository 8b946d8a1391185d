using System.Globalization;
using Mandate.Audit.Checkpoints;
using Mandate.Testing;

namespace Mandate.Audit.Tests;

public abstract class CheckpointTests(PostgresServer? postgres) : LedgerTests(postgres)
{
    [Fact]
    [Scenario("audit", 9)]
    public async Task Checkpoint_OfALedger_IsASignedNoteThatVerifies()
    {
        using var signer = AuditCheckpointSigner.Create("audit.example");
        await using var fixture = await CreateAsync(5, With(signer));

        var checkpoint = (await fixture.Ledger.CheckpointAsync("acme")).ShouldNotBeNull();

        checkpoint.Origin.ShouldBe("audit.example/acme");
        checkpoint.Size.ShouldBe(5);
        checkpoint.Note.ShouldStartWith($"audit.example/acme\n5\n{Convert.ToBase64String(checkpoint.Root.ToArray())}\n\n— audit.example ");
        signer.Key.Verifies(checkpoint).ShouldBeTrue();
        AuditCheckpointKey.TryParse(signer.Key.ToString(), out var key).ShouldBeTrue();
        key!.Verifies(checkpoint).ShouldBeTrue();
        (await fixture.Ledger.VerifyAsync("acme", new AuditVerificationOptions { Checkpoints = [checkpoint], Key = key })).ShouldSatisfyAllConditions(
            v => v.IsValid.ShouldBeTrue(), v => v.Root.ShouldBe(checkpoint.Root), v => v.Vouched.ShouldBe(5));
        (await fixture.Ledger.CheckpointAsync("acme"))!.Note.ShouldBe(checkpoint.Note, "nothing was appended since");
    }

    [Fact]
    [Scenario("audit", 9)]
    public async Task Checkpoint_SignatureOfAnotherKeyOrChangedText_DoesNotVerify()
    {
        using var signer = AuditCheckpointSigner.Create("audit.example");
        using var other = AuditCheckpointSigner.Create("audit.example");
        await using var fixture = await CreateAsync(3, With(signer));
        var checkpoint = (await fixture.Ledger.CheckpointAsync("acme"))!;

        other.Key.Verifies(checkpoint).ShouldBeFalse();
        // Signatures have different lengths, so their texts end in one, two or no padding characters: several of them.
        for (var size = 3; size < 12; size++)
        {
            var note = signer.Sign("acme", size, checkpoint.Root).Note;
            // The last newline is not a part of any statement.
            for (var i = 0; i < note.Length - 1; i++)
            {
                var changed = note.ToCharArray();
                changed[i] = changed[i] == 'A' ? 'B' : 'A';
                (AuditCheckpoint.TryParse(new(changed), out var parsed) && signer.Key.Verifies(parsed)).ShouldBeFalse($"character {i} of {note}");
            }
        }
    }

    [Fact]
    [Scenario("audit", 9)]
    public async Task Prove_EachEventAndEachPairOfCheckpoints_HoldsAndAnythingElseDoesNot()
    {
        using var signer = AuditCheckpointSigner.Create("audit.example");
        await using var fixture = await CreateAsync(0, With(signer));
        int[] sizes = [1, 2, 3, 7, 8, 11];
        var written = new List<AuditEvent>();
        foreach (var size in sizes)
        {
            while (written.Count < size)
                written.Add(await fixture.Ledger.AppendAsync(Samples.Entry()));
            (await fixture.Ledger.CheckpointAsync("acme"))!.Size.ShouldBe(size);
        }

        var proofs = new List<string>();
        foreach (var e in written)
        {
            foreach (var size in sizes)
            {
                var proof = await fixture.Ledger.Archive.ProveAsync("acme", e.Id, size);
                (proof is null).ShouldBe(e.Sequence > size);
                if (proof is not null)
                    proofs.Add(proof.ToText());
            }
        }

        var consistency = new List<string>();
        foreach (var from in sizes)
        {
            foreach (var to in sizes.Where(s => s >= from))
            {
                var proof = (await fixture.Ledger.Archive.ProveConsistencyAsync("acme", from, to)).ShouldNotBeNull();
                consistency.Add(string.Join('\n', [
                    from.ToString(CultureInfo.InvariantCulture), proof.From.Root.ToString(), to.ToString(CultureInfo.InvariantCulture), proof.To.Root.ToString(), .. proof.Path.Select(p => p.ToString())]));
            }
        }

        (await fixture.Ledger.Archive.ProveAsync("acme", Guid.NewGuid())).ShouldBeNull();
        (await fixture.Ledger.Archive.ProveConsistencyAsync("acme", 4, 8)).ShouldBeNull("there is no checkpoint of 4");
        // Verified by a program that shares nothing with ours.
        await IndependentVerifier.ShouldHoldAsync(signer.Key.ToString(), proofs, consistency);
    }

    [Fact]
    [Scenario("audit", 9)]
    public async Task Prove_LedgerLargerThanAKeptSubtree_HoldsFromKeptParts()
    {
        using var signer = AuditCheckpointSigner.Create("audit.example");
        await using var fixture = await CreateAsync(300, With(signer));
        await fixture.Ledger.CheckpointAsync("acme");
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => fixture.Ledger.AppendAsync(Samples.Entry(resource: $"more-{i}"))));
        await fixture.Ledger.CheckpointAsync("acme");

        var events = (await fixture.Ledger.QueryAsync("acme", new() { OldestFirst = true, Limit = 1_000 })).Events;
        var proofs = new List<string>();
        foreach (var e in events.Where(e => e.Sequence % 41 is 0 or 1 || e.Sequence is 256 or 257 or 800))
            proofs.Add((await fixture.Ledger.Archive.ProveAsync("acme", e.Id)).ShouldNotBeNull().ToText());
        var proof = (await fixture.Ledger.Archive.ProveConsistencyAsync("acme", 300, 800)).ShouldNotBeNull();

        await IndependentVerifier.ShouldHoldAsync(signer.Key.ToString(), proofs, [$"300\n{proof.From.Root}\n800\n{proof.To.Root}\n{string.Join('\n', proof.Path)}"]);
    }

    [Fact]
    public async Task Checkpoints_AfterSoManyEventsOrSoLong_AreMadeAndPublishedByThemselves()
    {
        using var signer = AuditCheckpointSigner.Create("audit.example");
        using var directory = new TemporaryDirectory();
        await using var fixture = await CreateAsync(0, o => o with
        {
            Checkpoints = new() { Signer = signer, EveryEvents = 10, Every = TimeSpan.FromSeconds(30), Sinks = [new FileCheckpointSink(directory.Path)] },
        });

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => fixture.Ledger.AppendAsync(Samples.Entry())));
        await Eventually.BecomesAsync(() => Directory.Exists(Path.Combine(directory.Path, "acme")) && Published().Length == 1);
        await fixture.Ledger.AppendAsync(Samples.Entry());
        await Eventually.BecomesAsync(() =>
        {
            // The time runs until the next one is due and kept.
            fixture.Clock.Advance(TimeSpan.FromSeconds(30));
            return Published().Length == 2;
        });

        AuditCheckpoint.TryParse(await File.ReadAllTextAsync(Published()[1]), out var last).ShouldBeTrue();
        last!.Size.ShouldBe(11);
        signer.Key.Verifies(last).ShouldBeTrue();

        string[] Published() => [.. Directory.GetFiles(Path.Combine(directory.Path, "acme"), "*.checkpoint").Order()];
    }

    [Fact]
    public async Task Checkpoints_SinkFailsForAWhile_GetsAllOfThemInOrderLater()
    {
        using var signer = AuditCheckpointSigner.Create("audit.example");
        var sink = new FlakySink { Fails = true };
        await using var fixture = await CreateAsync(1, o => o with { Checkpoints = new() { Signer = signer, Sinks = [sink] } });
        await fixture.Ledger.CheckpointAsync("acme");
        await fixture.Ledger.AppendAsync(Samples.Entry());
        await fixture.Ledger.CheckpointAsync("acme");
        await Eventually.BecomesAsync(() => sink.Attempts > 0);
        await fixture.ReopenAsync();
        sink.Fails = false;

        await Eventually.BecomesAsync(() =>
        {
            fixture.Clock.Advance(TimeSpan.FromMinutes(1));
            return sink.Sizes.Count >= 2;
        });

        sink.Sizes.ShouldBe([1, 2]);
    }

    internal static Func<AuditLedgerOptions, AuditLedgerOptions> With(AuditCheckpointSigner signer) =>
        o => o with { Checkpoints = new() { Signer = signer, Every = TimeSpan.FromDays(1), EveryEvents = 1_000_000 } };

    private sealed class FlakySink : IAuditCheckpointSink
    {
        private readonly List<long> _sizes = [];

        public string Name => "flaky";

        public bool Fails { get; set; }

        public int Attempts { get; private set; }

        public IReadOnlyList<long> Sizes
        {
            get
            {
                lock (_sizes)
                    return [.. _sizes];
            }
        }

        public Task PublishAsync(string tenant, AuditCheckpoint checkpoint, CancellationToken cancellation)
        {
            Attempts++;
            if (Fails)
                throw new IOException("the sink is away");
            lock (_sizes)
                _sizes.Add(checkpoint.Size);
            return Task.CompletedTask;
        }
    }
}
