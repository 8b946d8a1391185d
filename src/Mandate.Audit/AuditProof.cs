using System.Globalization;
using System.Text;
using Mandate.Audit.Checkpoints;

namespace Mandate.Audit;

/// <summary>
/// Proof that an event is one of those a checkpoint covers. Whoever has the checkpoint's public key can verify it without the ledger: the event's hash and the path give the root.
/// </summary>
/// <param name="Event">The event.</param>
/// <param name="Canonical">Its canonical bytes, whose hash is the leaf.</param>
/// <param name="Path">Hashes of the subtrees beside the way from the leaf to the root, from the bottom up.</param>
/// <param name="Checkpoint">The checkpoint.</param>
public sealed record AuditProof(AuditEvent Event, ReadOnlyMemory<byte> Canonical, IReadOnlyList<AuditHash> Path, AuditCheckpoint Checkpoint)
{
    /// <summary>Place of the leaf, from 0.</summary>
    public long Index => Event.Sequence - 1;

    /// <summary>The proof as a file, c2sp.org/tlog-proof; its extra data are the canonical bytes.</summary>
    public string ToText()
    {
        var text = new StringBuilder("c2sp.org/tlog-proof@v1\n");
        text.Append("extra ").Append(Convert.ToBase64String(Canonical.Span)).Append('\n');
        text.Append("index ").Append(Index.ToString(CultureInfo.InvariantCulture)).Append('\n');
        foreach (var hash in Path)
            text.Append(Convert.ToBase64String(hash.ToArray())).Append('\n');
        return text.Append('\n').Append(Checkpoint.Note).ToString();
    }
}
