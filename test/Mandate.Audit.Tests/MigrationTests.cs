using System.Security.Cryptography;
using Mandate.Audit.Canonical;
using Mandate.Audit.Checkpoints;
using Mandate.Testing;

namespace Mandate.Audit.Tests;

/// <summary>Ledgers of schema version 1 had a column for each field, and hashes without the leaf prefix.</summary>
public sealed class MigrationTests
{
    [Fact]
    public async Task Open_LedgerOfVersion1_KeepsItsHashesAndGoesOn()
    {
        using var signer = AuditCheckpointSigner.Create("audit.example");
        await using var fixture = await LedgerFixture.CreateAsync(configure: CheckpointTests.With(signer));
        await fixture.CloseAsync();
        File.Delete(fixture.Path);
        var known = WriteVersion1(fixture.Path, 40);

        await fixture.OpenAsync();

        (await fixture.Ledger.VerifyAsync("acme", known: known)).ShouldSatisfyAllConditions(v => v.Damage.ShouldBeNull(), v => v.Checked.ShouldBe(40), v => v.Vouched.ShouldBe(40));
        (await fixture.Ledger.QueryAsync("acme", new() { ResourceId = "it's\0|7" })).Events.ShouldHaveSingleItem().Format.ShouldBe(1);
        var next = await fixture.Ledger.AppendAsync(Samples.Entry());
        (next.Sequence, next.PreviousHash, next.Format).ShouldBe((41, known.Hash, 2));
        var checkpoint = (await fixture.Ledger.CheckpointAsync("acme"))!;
        await fixture.ReopenAsync();
        (await fixture.Ledger.VerifyAsync("acme", new AuditVerificationOptions { Known = known, Checkpoints = [checkpoint], Key = signer.Key })).Damage.ShouldBeNull();

        // The export of both versions verifies alone, here and independently, and so does a proof of an old event.
        var path = fixture.File("export.jsonl");
        await using (var file = File.Create(path))
            await fixture.Ledger.Archive.ExportAsync("acme", file);
        (await AuditArchive.VerifyExportAsync(path, new() { Key = signer.Key, Checkpoints = [checkpoint] })).Damage.ShouldBeNull();
        using var independent = new IndependentVerifier();
        ((bool)(await independent.AskAsync(new() { ["export"] = path }))["ok"]!).ShouldBeTrue();
        var old = (await fixture.Ledger.QueryAsync("acme", new() { OldestFirst = true, Limit = 1 })).Events[0];
        await IndependentVerifier.ShouldHoldAsync(signer.Key.ToString(), [(await fixture.Ledger.Archive.ProveAsync("acme", old.Id)).ShouldNotBeNull().ToText()], []);
    }

    [Fact]
    public async Task Open_DamagedLedgerOfVersion1_IsAsDamagedAfterwards()
    {
        await using var fixture = await LedgerFixture.CreateAsync();
        await fixture.CloseAsync();
        File.Delete(fixture.Path);
        WriteVersion1(fixture.Path, 6);
        using (var intruder = new Intruder(fixture.Path))
            intruder.Run("UPDATE event SET actor_id = 'mallory' WHERE sequence = 4");

        await fixture.OpenAsync();

        (await fixture.Ledger.VerifyAsync("acme")).Damage.ShouldNotBeNull().ShouldSatisfyAllConditions(d => d.Kind.ShouldBe(AuditDamageKind.Edited), d => d.Sequence.ShouldBe(4));
    }

    private static AuditHead WriteVersion1(string path, int events)
    {
        using var writer = new Intruder(path, keepGuards: true);
        writer.Run("""
            PRAGMA application_id = 0x4D417564; PRAGMA user_version = 1;
            CREATE TABLE event (
                id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, sequence INTEGER NOT NULL, format INTEGER NOT NULL, event_id BLOB NOT NULL, time INTEGER NOT NULL, type TEXT NOT NULL,
                action TEXT NOT NULL, result TEXT NOT NULL, resource_type TEXT NOT NULL, resource_id TEXT NOT NULL, actor_type TEXT NOT NULL, actor_id TEXT NOT NULL,
                actor_address TEXT NOT NULL, context BLOB NOT NULL, metadata BLOB NOT NULL, previous_hash BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
            CREATE UNIQUE INDEX event_by_sequence ON event (tenant, sequence);
            CREATE UNIQUE INDEX event_by_event_id ON event (event_id);
            CREATE INDEX event_by_resource ON event (tenant, resource_type, resource_id, sequence);
            CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END;
            """);
        var head = AuditHead.Empty;
        for (var i = 1; i <= events; i++)
        {
            var entry = Samples.Entry(resource: $"it's\0|{i}");
            var id = Guid.CreateVersion7();
            var canonical = CanonicalEntry.Create(entry).At(head, id, 1_700_000_000_000_000 + i);
            canonical[0] = CanonicalEvent.UnprefixedVersion;
            var hash = SHA256.HashData(canonical);
            var maps = canonical.AsSpan(CanonicalEvent.StartSize..^CanonicalEvent.EndSize);
            ReadOnlySpan<byte> rest = maps;
            byte[][] fields = new byte[11][];
            for (var field = 0; field < fields.Length; field++)
            {
                CanonicalMap.TryReadField(ref rest, out var value).ShouldBeTrue();
                fields[field] = value.ToArray();
            }

            writer.Run(
                """
                INSERT INTO event SELECT NULL, CAST($4 AS TEXT), $1, 1, $2, $3, CAST($5 AS TEXT), CAST($6 AS TEXT), CAST($7 AS TEXT), CAST($8 AS TEXT), CAST($9 AS TEXT), CAST($10 AS TEXT),
                    CAST($11 AS TEXT), CAST($12 AS TEXT), $13, $14, $15, $16
                """,
                [(long)i, id.ToByteArray(bigEndian: true), 1_700_000_000_000_000 + i, .. fields, head.Hash.ToArray(), hash]);
            head = new(i, new(hash));
        }

        return head;
    }
}
