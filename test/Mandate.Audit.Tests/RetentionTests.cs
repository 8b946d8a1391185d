using Mandate.Audit.Checkpoints;
using Mandate.Testing;

namespace Mandate.Audit.Tests;

public abstract class RetentionTests(PostgresServer? postgres) : LedgerTests(postgres)
{
    [Fact]
    [Scenario("audit", 12)]
    public async Task Remove_OldSegment_IsExportedRecordedAndTheRestStillVerifies()
    {
        using var signer = AuditCheckpointSigner.Create("audit.example");
        await using var fixture = await CreateAsync(700, CheckpointTests.With(signer));
        var first = (await fixture.Ledger.CheckpointAsync("acme"))!;
        fixture.Clock.Advance(TimeSpan.FromDays(40));
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => fixture.Ledger.AppendAsync(Samples.Entry(resource: $"later-{i}"))));
        var second = (await fixture.Ledger.CheckpointAsync("acme"))!;

        var removal = (await fixture.Ledger.RemoveAsync("acme", fixture.Clock.GetUtcNow().AddDays(-30), fixture.File("archive"), new("user", "olga"))).ShouldNotBeNull();

        (removal.First, removal.Last).ShouldBe((1, 700));
        var record = (await fixture.Ledger.QueryAsync("acme", new() { Limit = 1 })).Events[0];
        record.Sequence.ShouldBe(1_001);
        record.Entry.Type.ShouldBe("audit.remove");
        record.Entry.Actor.Id.ShouldBe("olga");
        record.Entry.Metadata["last"].ShouldBe("700");
        record.Entry.Metadata["root"].ShouldBe(first.Root.ToString());

        await fixture.ReopenAsync();
        var verification = await fixture.Ledger.VerifyAsync("acme", new AuditVerificationOptions { Key = signer.Key, Checkpoints = [first, second] });
        verification.ShouldSatisfyAllConditions(v => v.Damage.ShouldBeNull(), v => v.First.ShouldBe(701), v => v.Checked.ShouldBe(301), v => v.Vouched.ShouldBe(1_000));
        (await fixture.Ledger.QueryAsync("acme", new() { OldestFirst = true, Limit = 1 })).Events[0].Sequence.ShouldBe(701);
        (await fixture.Ledger.QueryAsync("acme", new() { ResourceId = "order-3" })).Events.ShouldBeEmpty();

        // What was taken out verifies by itself, and what comes next goes on from what is left.
        (await AuditArchive.VerifyExportAsync(removal.Archive, new() { Key = signer.Key, Checkpoints = [first] })).ShouldSatisfyAllConditions(v => v.Damage.ShouldBeNull(), v => v.Checked.ShouldBe(700));
        (await fixture.Ledger.AppendAsync(Samples.Entry())).Sequence.ShouldBe(1_002);
        var third = (await fixture.Ledger.CheckpointAsync("acme"))!;
        (await fixture.Ledger.VerifyAsync("acme", new AuditVerificationOptions { Checkpoints = [third], Key = signer.Key })).IsValid.ShouldBeTrue();
        var proofs = new List<string>();
        foreach (var e in (await fixture.Ledger.QueryAsync("acme", new() { OldestFirst = true, Limit = 1_000 })).Events.Where(e => e.Sequence % 37 == 0 || e.Sequence is 701 or 702 or 768 or 769 or 1_002))
            proofs.Add((await fixture.Ledger.Archive.ProveAsync("acme", e.Id)).ShouldNotBeNull().ToText());
        await IndependentVerifier.ShouldHoldAsync(signer.Key.ToString(), proofs, []);

        // Without the first events the export of the rest verifies alone as well.
        var path = fixture.File("rest.jsonl");
        await using (var file = File.Create(path))
            await fixture.Ledger.Archive.ExportAsync("acme", file);
        (await AuditArchive.VerifyExportAsync(path, new() { Key = signer.Key, Checkpoints = [third] })).ShouldSatisfyAllConditions(v => v.Damage.ShouldBeNull(), v => v.Checked.ShouldBe(302));
        using var independent = new IndependentVerifier();
        ((bool)(await independent.AskAsync(new() { ["export"] = path }))["ok"]!).ShouldBeTrue();
    }

    [Fact]
    [Scenario("audit", 12)]
    public async Task Remove_SecondTime_ContinuesWhereTheFirstEnded()
    {
        using var signer = AuditCheckpointSigner.Create("audit.example");
        await using var fixture = await CreateAsync(10, CheckpointTests.With(signer));
        for (var round = 0; round < 3; round++)
        {
            await fixture.Ledger.CheckpointAsync("acme");
            fixture.Clock.Advance(TimeSpan.FromDays(2));
            (await fixture.Ledger.RemoveAsync("acme", fixture.Clock.GetUtcNow().AddDays(-1), fixture.File("archive"), new("user", "olga"))).ShouldNotBeNull();
            (await fixture.Ledger.VerifyAsync("acme", new AuditVerificationOptions { Key = signer.Key })).Damage.ShouldBeNull();
        }

        (await fixture.Ledger.QueryAsync("acme", new())).Events.Select(e => e.Sequence).ShouldBe([13]);
        Directory.GetFiles(fixture.File("archive/acme")).Length.ShouldBe(3);
    }

    [Fact]
    public async Task Remove_NothingOldEnoughOrNotYetSentOn_RemovesNothing()
    {
        using var signer = AuditCheckpointSigner.Create("audit.example");
        await using var fixture = await CreateAsync(10, o => o with
        {
            Checkpoints = new() { Signer = signer, Every = TimeSpan.FromDays(1), EveryEvents = 1_000_000 },
            Streams = [new StuckSink()],
        });
        await fixture.Ledger.CheckpointAsync("acme");

        (await fixture.Ledger.RemoveAsync("acme", fixture.Clock.GetUtcNow().AddDays(-1), fixture.File("archive"), new("user", "olga"))).ShouldBeNull("it is too young");
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        (await fixture.Ledger.RemoveAsync("acme", fixture.Clock.GetUtcNow(), fixture.File("archive"), new("user", "olga"))).ShouldBeNull("the sink has none of it yet");

        (await fixture.Ledger.VerifyAsync("acme")).Checked.ShouldBe(10);
    }

    [Fact]
    [Scenario("audit", 12)]
    public async Task Retention_Configured_RemovesByItself()
    {
        using var signer = AuditCheckpointSigner.Create("audit.example");
        using var archive = new TemporaryDirectory();
        await using var fixture = await CreateAsync(10, o => o with
        {
            Checkpoints = new() { Signer = signer, Every = TimeSpan.FromMinutes(1), EveryEvents = 5 },
            Retention = new() { KeepFor = TimeSpan.FromDays(1), ArchiveDirectory = archive.Path },
        });
        await fixture.Ledger.CheckpointAsync("acme");

        await Eventually.BecomesAsync(async () =>
        {
            fixture.Clock.Advance(TimeSpan.FromHours(2));
            return (await fixture.Ledger.QueryAsync("acme", new() { OldestFirst = true, Limit = 1 })).Events[0].Sequence > 10;
        });

        (await fixture.Ledger.VerifyAsync("acme", new AuditVerificationOptions { Key = signer.Key })).Damage.ShouldBeNull();
    }

    private sealed class StuckSink : Streaming.IAuditEventSink
    {
        public string Name => "stuck";

        public Task SendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellation) => throw new IOException("stuck");
    }
}
