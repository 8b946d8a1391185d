using Mandate.Audit.Canonical;
using Mandate.Audit.Merkle;
using Mandate.Audit.Storage;

namespace Mandate.Audit.Checkpoints;

/// <summary>
/// Makes the next checkpoint of a ledger: goes on from the frontier of the last one, so each event is looked at once. It recomputes what it signs: a chain that is damaged gets no
/// signature.
/// </summary>
internal sealed class CheckpointMaker(ILedgerStore store, AuditCheckpointSigner signer, TimeProvider time)
{
    /// <summary>Which levels of the tree are kept: whole subtrees of 256, 65,536, 16,777,216 … events. A proof is made of a few of them and at most 255 events at each side.</summary>
    internal const int LevelStep = 8;

    /// <summary>The newest checkpoint after this call; null for an empty ledger.</summary>
    /// <exception cref="AuditStoreException">The events since the last checkpoint, or what was kept with it, are damaged.</exception>
    public async Task<AuditCheckpoint?> MakeAsync(string tenant, CancellationToken cancellation)
    {
        var (checkpoint, next, nodes) = await Task.Run(() => Compute(tenant, cancellation), cancellation).ConfigureAwait(false);
        if (next is not null)
            await store.SaveAsync(tenant, next, nodes).ConfigureAwait(false);
        return checkpoint;
    }

    private (AuditCheckpoint? Checkpoint, StoredCheckpoint? Next, List<TreeNode> Nodes) Compute(string tenant, CancellationToken cancellation)
    {
        using var reader = store.OpenReader();
        using var hasher = new EventHasher();
        var nodes = new List<TreeNode>();
        var extent = reader.Extent(tenant);
        var last = reader.Checkpoint(tenant, long.MaxValue);
        if (extent.Last == 0)
            return (null, null, nodes);
        var range = Resume(tenant, reader.Removed(tenant), last, hasher, out var checkpoint, (level, number, hash) =>
        {
            if (level % LevelStep == 0)
                nodes.Add(new(level, number, hash));
        });
        if (range.End > extent.Last)
            throw Damaged(tenant, extent.Last + 1);
        if (range.End == extent.Last && checkpoint is not null)
            return (checkpoint, null, nodes);

        AuditHash? previous = null;
        reader.Scan(tenant, range.End, extent.Last, (place, canonical, stored) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var hash = hasher.Hash(canonical);
            if (!CanonicalEvent.HasForm(canonical) || !hash.Matches(stored) || CanonicalEvent.Sequence(canonical) != place
                || (previous is { } link && !link.Matches(CanonicalEvent.PreviousHash(canonical))))
            {
                throw Damaged(tenant, place);
            }

            // The last event of the checkpoint before is read for its hash alone.
            if (place > range.End)
            {
                if (place != range.End + 1)
                    throw Damaged(tenant, range.End + 1);
                range.Append(hash, hasher);
            }

            previous = hash;
            return true;
        });
        if (range.End != extent.Last)
            throw Damaged(tenant, range.End + 1);
        checkpoint = signer.Sign(tenant, range.End, range.Root(hasher));
        return (checkpoint, new(range.End, AuditTime.ToMicroseconds(time.GetUtcNow()), range.Frontier, checkpoint.Note), nodes);
    }

    private static CompactRange Resume(
        string tenant, RemovedPart? removed, StoredCheckpoint? last, EventHasher hasher, out AuditCheckpoint? checkpoint, Action<int, long, AuditHash> completed)
    {
        checkpoint = null;
        if (last is null)
        {
            return (removed is null ? new CompactRange(0, completed) : CompactRange.Restore(removed.UpTo, removed.Frontier, completed))
                ?? throw Damaged(tenant, 1);
        }

        // The frontier is good when it gives the root that was signed.
        var range = CompactRange.Restore(last.Size, last.Frontier, completed);
        if (range is null || !AuditCheckpoint.TryParse(last.Note, out checkpoint) || checkpoint.Size != last.Size || range.Root(hasher) != checkpoint.Root)
            throw new AuditStoreException($"The checkpoint of {last.Size} events of the ledger of '{tenant}' is damaged in the store, so no further one is made. Verify the ledger against a checkpoint kept elsewhere.");
        return range;
    }

    private static AuditStoreException Damaged(string tenant, long sequence) =>
        new($"Event {sequence} of the ledger of '{tenant}' is damaged, so no checkpoint is made. Verify the ledger to learn what happened to it.");
}
