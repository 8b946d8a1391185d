using System.Buffers;

namespace Mandate.Audit.Canonical;

/// <summary>
/// An entry, checked and encoded before it reaches the writer: the canonical fields 4 to 14, which do not depend on the place in the chain.
/// </summary>
internal sealed class CanonicalEntry
{
    private CanonicalEntry(AuditEntry entry, Fields fields)
    {
        Entry = entry;
        Columns = fields;
        var body = new ArrayBufferWriter<byte>();
        foreach (var field in fields.InOrder())
            body.WriteField(field);
        Body = body.WrittenMemory;
    }

    public AuditEntry Entry { get; }

    /// <summary>Each field's bytes as they are stored.</summary>
    public Fields Columns { get; }

    /// <summary>Fields 4 (tenant) to 14 (metadata), length-prefixed.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <exception cref="AuditEntryException">The entry is beyond the limits.</exception>
    public static CanonicalEntry Create(AuditEntry entry) => new(entry, new()
    {
        Tenant = CanonicalText.Encode(entry.Tenant, "the tenant", 1, AuditLimits.Text),
        Type = CanonicalText.Encode(entry.Type, "the event type", 1, AuditLimits.Text),
        Action = CanonicalText.Encode(entry.Action, "the action", 1, AuditLimits.Text),
        Result = CanonicalText.Encode(entry.Result.ToCanonical(), "the result", 1, AuditLimits.Text),
        ResourceType = CanonicalText.Encode(entry.Resource?.Type, "the resource type", 1, AuditLimits.Text),
        ResourceId = CanonicalText.Encode(entry.Resource?.Id, "the resource id", 0, AuditLimits.Text),
        ActorType = CanonicalText.Encode(entry.Actor?.Type, "the actor type", 1, AuditLimits.Text),
        ActorId = CanonicalText.Encode(entry.Actor?.Id, "the actor id", 0, AuditLimits.Text),
        ActorAddress = CanonicalText.Encode(entry.Actor?.Address, "the actor's address", 0, AuditLimits.Text),
        Context = CanonicalMap.Encode(entry.Context, "context"),
        Metadata = CanonicalMap.Encode(entry.Metadata, "metadata"),
    });

    /// <summary>The stored bytes of an entry.</summary>
    internal sealed class Fields
    {
        public required byte[] Tenant { get; init; }

        public required byte[] Type { get; init; }

        public required byte[] Action { get; init; }

        public required byte[] Result { get; init; }

        public required byte[] ResourceType { get; init; }

        public required byte[] ResourceId { get; init; }

        public required byte[] ActorType { get; init; }

        public required byte[] ActorId { get; init; }

        public required byte[] ActorAddress { get; init; }

        public required byte[] Context { get; init; }

        public required byte[] Metadata { get; init; }

        public byte[][] InOrder() =>
            [Tenant, Type, Action, Result, ResourceType, ResourceId, ActorType, ActorId, ActorAddress, Context, Metadata];
    }
}
