using Mandate.Audit.Checkpoints;
using Mandate.Testing;

namespace Mandate.Audit.Tests;

public abstract class ExportTests(PostgresServer? postgres) : LedgerTests(postgres)
{
    [Fact]
    [Scenario("audit", 11)]
    public async Task Export_OfAWholeLedger_VerifiesAloneHereAndIndependently()
    {
        using var signer = AuditCheckpointSigner.Create("audit.example");
        await using var fixture = await CreateAsync(20, CheckpointTests.With(signer));
        await fixture.Ledger.AppendAsync(Samples.Entry() with
        {
            Resource = new("execution", "it's\r\n\"quoted\" | \0 \u2028 \u0085 😀 <&>"),
            Metadata = new Dictionary<string, string> { ["😀"] = new('é', 30_000), ["\uFFFD"] = "\0", ["a"] = "" },
        });
        var checkpoint = (await fixture.Ledger.CheckpointAsync("acme"))!;
        var path = await ExportAsync(fixture);

        var verification = await AuditArchive.VerifyExportAsync(path, new() { Key = signer.Key, Checkpoints = [checkpoint] });

        verification.ShouldSatisfyAllConditions(v => v.Damage.ShouldBeNull(), v => v.Checked.ShouldBe(21), v => v.Root.ShouldBe(checkpoint.Root), v => v.Vouched.ShouldBe(21));
        using var independent = new IndependentVerifier();
        var answer = await independent.AskAsync(new() { ["export"] = path });
        answer.ToJsonString().ShouldBe($$"""{"ok":true,"checked":21,"root":"{{checkpoint.Root}}"}""");
    }

    [Fact]
    [Scenario("audit", 11)]
    public async Task Export_LineChangedRemovedSwappedOrDoubled_IsDetectedInIt()
    {
        using var signer = AuditCheckpointSigner.Create("audit.example");
        await using var fixture = await CreateAsync(9, CheckpointTests.With(signer));
        var checkpoint = (await fixture.Ledger.CheckpointAsync("acme"))!;
        var path = await ExportAsync(fixture);
        var lines = await File.ReadAllLinesAsync(path);
        lines.Length.ShouldBe(11, "a header, nine events, a checkpoint");

        await Detected(l => l[4] = l[4].Replace("alice", "alicf", StringComparison.Ordinal), 4, AuditDamageKind.Edited);
        await Detected(l => l[4] = "not an event", 4, AuditDamageKind.Malformed);
        await Detected(l => l[4] = l[4].Replace("{\"format\":2,", "{\"format\":2,\"more\":1,", StringComparison.Ordinal), 4, AuditDamageKind.Malformed);
        await Detected(l => l.RemoveAt(4), 4, AuditDamageKind.Gap);
        await Detected(l => (l[4], l[6]) = (l[6], l[4]), 4, AuditDamageKind.Reordered);
        await Detected(l => l.Insert(5, l[4]), 4, AuditDamageKind.Duplicated);
        await Detected(l => l.RemoveAt(9), 9, AuditDamageKind.Truncated);
        await Detected(l => l.RemoveRange(8, 3), 8, AuditDamageKind.Truncated);

        async Task Detected(Action<List<string>> change, long sequence, AuditDamageKind kind)
        {
            var changed = lines.ToList();
            change(changed);
            var file = fixture.File("changed.jsonl");
            await File.WriteAllLinesAsync(file, changed);
            var damage = (await AuditArchive.VerifyExportAsync(file, new() { Checkpoints = [checkpoint], Key = signer.Key })).Damage.ShouldNotBeNull();
            damage.ShouldSatisfyAllConditions(d => d.Kind.ShouldBe(kind, d.Message), d => d.Sequence.ShouldBe(sequence, d.Message));
        }
    }

    [Fact]
    [Scenario("audit", 10)]
    public async Task Verify_OfflineWhileTheServiceWrites_WorksWithoutItsLock()
    {
        using var signer = AuditCheckpointSigner.Create("audit.example");
        await using var fixture = await CreateAsync(50, CheckpointTests.With(signer));
        var checkpoint = (await fixture.Ledger.CheckpointAsync("acme"))!;
        using var archive = fixture.OpenArchive();
        var reported = new List<AuditProgress>();

        (await archive.TenantsAsync()).ShouldBe(["acme"]);
        var verification = await archive.VerifyAsync("acme", new() { Checkpoints = [checkpoint], Key = signer.Key, Progress = new Reports(reported) });

        verification.ShouldSatisfyAllConditions(v => v.Damage.ShouldBeNull(), v => v.Checked.ShouldBe(50), v => v.Root.ShouldBe(checkpoint.Root));
        reported[^1].ShouldBe(new AuditProgress(50, 50));
        (await fixture.Ledger.AppendAsync(Samples.Entry())).Sequence.ShouldBe(51);
    }

    [Fact]
    public async Task VerifyExport_FileOfAnotherKind_IsRefused()
    {
        await using var fixture = await CreateAsync(1);
        var path = fixture.File("other.jsonl");
        await File.WriteAllTextAsync(path, "{\"hello\":1}\n");

        await Should.ThrowAsync<InvalidDataException>(() => AuditArchive.VerifyExportAsync(path, new()));
    }

    private static async Task<string> ExportAsync(LedgerFixture fixture)
    {
        var path = fixture.File("export.jsonl");
        await using var file = File.Create(path);
        await fixture.Ledger.Archive.ExportAsync("acme", file);
        return path;
    }

    private sealed class Reports(List<AuditProgress> into) : IProgress<AuditProgress>
    {
        public void Report(AuditProgress value)
        {
            lock (into)
                into.Add(value);
        }
    }
}
