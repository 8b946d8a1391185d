using System.Globalization;
using Mandate.Audit.Canonical;
using Mandate.Audit.Checkpoints;
using Mandate.Audit.Merkle;
using Mandate.Audit.Records;
using Mandate.Audit.Storage;
using Mandate.Audit.Storage.Sqlite;

namespace Mandate.Audit.Retention;

/// <summary>
/// Removes the beginning of a ledger, up to a checkpoint: (1) the segment is verified up to that checkpoint; (2) it is exported, and the export is verified alone; (3) the removal is
/// recorded; (4) the events go, in portions, each of which leaves behind what the rest is verified from.
/// </summary>
internal sealed class SegmentRemover(ILedgerStore store, AuditArchive archive, AuditCheckpointKey key, Func<AuditRecord, Task> record)
{
    private const int Portion = 8_192;

    /// <param name="tenant">Whose ledger.</param>
    /// <param name="before">Events of a checkpoint made before this time are removed.</param>
    /// <param name="atMost">Largest sequence number that may be removed.</param>
    /// <param name="directory">Where the export goes.</param>
    /// <param name="actor">Who removes.</param>
    /// <param name="cancellation">Stops before the removal is recorded; from then on it is done.</param>
    /// <returns>Null when there is nothing old enough.</returns>
    /// <exception cref="AuditStoreException">The segment, or its export, is damaged: nothing is removed.</exception>
    public async Task<AuditRemoval?> RemoveAsync(string tenant, DateTimeOffset before, long atMost, string directory, AuditActor actor, CancellationToken cancellation)
    {
        var (extent, end) = await archive.ReadAsync(reader => (reader.Extent(tenant), Find(reader, tenant, before, atMost)), cancellation).ConfigureAwait(false);
        if (end is null || end.Size < extent.First || !AuditCheckpoint.TryParse(end.Note, out var checkpoint))
            return null;

        var options = new AuditVerificationOptions { UpTo = end.Size, Key = key, Checkpoints = [checkpoint] };
        var verification = await archive.VerifyAsync(tenant, options, cancellation).ConfigureAwait(false);
        Require(verification, end.Size, "The events to be removed are damaged, so none is removed");
        var file = await ExportAsync(tenant, extent.First, end.Size, directory, cancellation).ConfigureAwait(false);
        Require(await AuditArchive.VerifyExportAsync(file, options, cancellation).ConfigureAwait(false), end.Size, "The export of the events to be removed does not verify, so none is removed");

        await record(new EventsRemoved
        {
            Tenant = tenant,
            Actor = actor,
            First = extent.First,
            Last = end.Size,
            Hash = verification.Head.Hash,
            Root = checkpoint.Root,
            Archive = Path.GetFileName(file),
        }).ConfigureAwait(false);
        foreach (var part in await archive.ReadAsync(reader => Parts(reader, tenant, end.Size), CancellationToken.None).ConfigureAwait(false))
            await store.RemoveAsync(tenant, part).ConfigureAwait(false);
        return new(extent.First, end.Size, file);
    }

    private static void Require(AuditVerification verification, long size, string otherwise)
    {
        if (!verification.IsValid || verification.Head.Sequence != size)
            throw new AuditStoreException($"{otherwise}: {verification.Damage?.Message ?? "it ends too early."}");
    }

    /// <summary>The newest checkpoint that is old enough and small enough.</summary>
    private static StoredCheckpoint? Find(ILedgerReader reader, string tenant, DateTimeOffset before, long atMost)
    {
        var microseconds = AuditTime.ToMicroseconds(before);
        var found = reader.Checkpoint(tenant, atMost);
        while (found is not null && found.Time >= microseconds)
            found = reader.Checkpoint(tenant, found.Size - 1);
        return found;
    }

    private async Task<string> ExportAsync(string tenant, long first, long last, string directory, CancellationToken cancellation)
    {
        var folder = Path.Combine(directory, TenantPath.Of(tenant));
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{first:D20}-{last:D20}.jsonl"));
        var partial = path + ".partial";
        var file = new FileStream(partial, PrivateFile.Options(FileMode.Create, FileAccess.Write, FileShare.None));
        await using (file.ConfigureAwait(false))
        {
            await archive.ExportAsync(tenant, file, last, progress: null, cancellation).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
        return path;
    }

    private static List<RemovedPart> Parts(ILedgerReader reader, string tenant, long last)
    {
        using var hasher = new EventHasher();
        var parts = new List<RemovedPart>();
        var removed = reader.Removed(tenant);
        var range = removed is null ? new CompactRange() : CompactRange.Restore(removed.UpTo, removed.Frontier)!;
        reader.Scan(tenant, range.End + 1, last, (place, _, hash) =>
        {
            var leaf = new AuditHash(hash);
            range.Append(leaf, hasher);
            if (place % Portion == 0 || place == last)
                parts.Add(new(place, leaf, range.Frontier));
            return true;
        });
        return parts;
    }
}
