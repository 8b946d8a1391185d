using System.Buffers.Binary;
using System.Text;

namespace Mandate.Audit.Canonical;

/// <summary>
/// An entry, checked and encoded before it reaches the writer: the canonical fields 4 to 14, which do not depend on the place in the chain, and the terms it is
/// found by. This work is done on the caller's thread, so that the one that appends has little left to do.
/// </summary>
internal sealed class CanonicalEntry
{
    private CanonicalEntry(AuditEntry entry, byte[] body, long[] terms)
    {
        Entry = entry;
        Body = body;
        Terms = terms;
    }

    public AuditEntry Entry { get; }

    /// <summary>Fields 4 (tenant) to 14 (metadata), each with its length before it.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>What a search finds it by, see <see cref="Querying.SearchTerms"/>.</summary>
    public long[] Terms { get; }

    /// <exception cref="AuditEntryException">The entry is beyond the limits.</exception>
    public static CanonicalEntry Create(AuditEntry entry)
    {
        var (resource, actor) = (entry.Resource, entry.Actor);
        ReadOnlySpan<string> texts =
        [
            CanonicalText.Checked(entry.Tenant, "the tenant", 1),
            CanonicalText.Checked(entry.Type, "the event type", 1),
            CanonicalText.Checked(entry.Action, "the action", 1),
            entry.Result.ToCanonical(),
            CanonicalText.Checked(resource?.Type, "the resource type", 1),
            CanonicalText.Checked(resource?.Id, "the resource id", 0),
            CanonicalText.Checked(actor?.Type, "the actor type", 1),
            CanonicalText.Checked(actor?.Id, "the actor id", 0),
            CanonicalText.Checked(actor?.Address, "the actor's address", 0),
        ];
        var context = CanonicalMap.Measure(entry.Context, "context");
        var metadata = CanonicalMap.Measure(entry.Metadata, "metadata");
        var size = sizeof(uint) + context.Bytes + sizeof(uint) + metadata.Bytes;
        foreach (var text in texts)
            size += sizeof(uint) + Encoding.UTF8.GetByteCount(text);

        var body = new byte[size];
        var rest = body.AsSpan();
        foreach (var text in texts)
            CanonicalText.Write(ref rest, text);
        CanonicalMap.Write(ref rest, context);
        CanonicalMap.Write(ref rest, metadata);
        return new(entry, body, Querying.SearchTerms.Of(entry));
    }

    /// <summary>The canonical bytes of this entry at a place in its chain.</summary>
    public byte[] At(AuditHead previous, Guid id, long microseconds)
    {
        var bytes = new byte[CanonicalEvent.StartSize + Body.Length + CanonicalEvent.EndSize];
        bytes[0] = CanonicalEvent.Version;
        var rest = bytes.AsSpan(1);
        BinaryPrimitives.WriteUInt32BigEndian(rest, sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(rest[4..], previous.Sequence + 1);
        BinaryPrimitives.WriteUInt32BigEndian(rest[12..], 16);
        id.TryWriteBytes(rest[16..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32BigEndian(rest[32..], sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(rest[36..], microseconds);
        Body.Span.CopyTo(bytes.AsSpan(CanonicalEvent.StartSize));
        var end = bytes.AsSpan(CanonicalEvent.StartSize + Body.Length);
        BinaryPrimitives.WriteUInt32BigEndian(end, AuditHash.Size);
        previous.Hash.CopyTo(end[sizeof(uint)..]);
        return bytes;
    }
}
