using Mandate.Audit.Canonical;

namespace Mandate.Audit.Storage;

/// <summary>Decodes rows into events.</summary>
internal static class EventReader
{
    /// <exception cref="AuditStoreException">The row is damaged.</exception>
    public static AuditEvent Read(SqliteStatement row)
    {
        if (EventColumns.AreWellFormed(row)
            && row.Bytes(EventColumns.EventId) is { Length: 16 } id
            && AuditTime.FromMicroseconds(row.Int64(EventColumns.Time)) is { } time
            && row.Bytes(EventColumns.PreviousHash) is { Length: AuditHash.Size } previousHash
            && row.Bytes(EventColumns.Hash) is { Length: AuditHash.Size } hash
            && ReadEntry(row) is { } entry)
        {
            return new AuditEvent
            {
                Sequence = row.Int64(EventColumns.Sequence),
                Id = new Guid(id, bigEndian: true),
                Time = time,
                Entry = entry,
                PreviousHash = new(previousHash),
                Hash = new(hash),
            };
        }

        throw new AuditStoreException($"Event {row.Int64(EventColumns.Sequence)} of the ledger is damaged and cannot be read. Verify the ledger to learn what happened to it.");
    }

    private static AuditEntry? ReadEntry(SqliteStatement row)
    {
        var texts = new string[EventColumns.Context - EventColumns.Tenant];
        for (var i = 0; i < texts.Length; i++)
        {
            if (CanonicalText.Decode(row.Bytes(EventColumns.Tenant + i)) is not { } text)
                return null;
            texts[i] = text;
        }

        if (AuditResultText.Parse(texts[3]) is not { } result
            || CanonicalMap.Decode(row.Bytes(EventColumns.Context)) is not { } context
            || CanonicalMap.Decode(row.Bytes(EventColumns.Metadata)) is not { } metadata)
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
