namespace Mandate.Audit.Canonical;

/// <summary>Decodes canonical bytes into events.</summary>
internal static class CanonicalReader
{
    private const int Texts = 9;

    /// <summary>Null when the bytes are not exactly those of an event of a known version.</summary>
    public static AuditEvent? Read(ReadOnlySpan<byte> canonical, ReadOnlySpan<byte> hash)
    {
        if (!CanonicalEvent.HasForm(canonical) || hash.Length != AuditHash.Size || AuditTime.FromMicroseconds(CanonicalEvent.Time(canonical)) is not { } time)
            return null;
        if (ReadEntry(canonical[CanonicalEvent.StartSize..^CanonicalEvent.EndSize]) is not { } entry)
            return null;
        return new AuditEvent
        {
            Sequence = CanonicalEvent.Sequence(canonical),
            Id = new Guid(canonical.Slice(CanonicalEvent.IdOffset, 16), bigEndian: true),
            Time = time,
            Entry = entry,
            PreviousHash = new(CanonicalEvent.PreviousHash(canonical)),
            Hash = new(hash),
            Format = canonical[0],
        };
    }

    private static AuditEntry? ReadEntry(ReadOnlySpan<byte> body)
    {
        var texts = new string[Texts];
        for (var i = 0; i < Texts; i++)
        {
            if (!CanonicalMap.TryReadField(ref body, out var field) || CanonicalText.Decode(field) is not { } text)
                return null;
            texts[i] = text;
        }

        if (AuditResultText.Parse(texts[3]) is not { } result
            || !CanonicalMap.TryReadField(ref body, out var contextBytes) || CanonicalMap.Decode(contextBytes) is not { } context
            || !CanonicalMap.TryReadField(ref body, out var metadataBytes) || CanonicalMap.Decode(metadataBytes) is not { } metadata
            || !body.IsEmpty)
        {
            return null;
        }

        return new AuditEntry
        {
            Tenant = texts[0],
            Type = texts[1],
            Action = texts[2],
            Result = result,
            Resource = new(texts[4], texts[5]),
            Actor = new(texts[6], texts[7], texts[8]),
            Context = context,
            Metadata = metadata,
        };
    }
}
